package import Diagnostics
package import JobSpec

/// Works out a ``Plan``. Pure: no I/O, no clock, no randomness.
package enum Planner {
    /// A plan and what is to be said about it although it can run.
    package struct Planned: Sendable {
        package let plan: Plan
        package let warnings: [Diagnostic]
    }

    /// Plans a job.
    ///
    /// - Parameters:
    ///   - environment: the name that `--environment` gives; the job's own where absent.
    ///   - selection: the steps asked for.
    /// - Throws: every problem at once.
    package static func plan(
        _ job: Job,
        environment name: String? = nil,
        selection: StepSelection = .all
    ) throws(DiagnosticError) -> Planned {
        let environment = try environment(named: name, for: job)
        let known = StaticValues(job)
        let chosen = try StepChooser(job: job, known: known).choose(selection)
        let matcher = OperationMatcher(known)
        let needs = chosen.steps.map { StepRequirement($0, environment: environment, matcher: matcher) }
        let diagnostics = chosen.diagnostics + needs.flatMap(\.diagnostics)
        guard !diagnostics.contains(where: { $0.severity == .error }) else {
            throw DiagnosticError(diagnostics: diagnostics)
        }
        let solution = try partition(needs.map(\.requirement), strategy: job.tokens, environment)
        let steps = needs.enumerated().map { index, need in
            planned(need, environment, token: tokenID(solution.assignment[index]), alternative: solution.chosen[index])
        }
        let draft = Plan(
            job: job,
            environment: environment,
            tokens: tokens(of: solution, needs),
            steps: steps,
            skipped: chosen.skipped,
            isProvedSmallest: solution.isProvedSmallest,
            hash: ""
        )
        let plan = draft.hashed()
        return Planned(plan: plan, warnings: diagnostics)
    }

    private static func environment(named name: String?, for job: Job) throws(DiagnosticError) -> Environment {
        let names = job.environments.names
        let known = "known are \(names.map { "`\($0)`" }.joined(separator: ", "))"
        guard let wanted = name ?? job.environment?.value else {
            let diagnostic = Diagnostic.error(
                "no-environment",
                "job `\(job.name)` names no environment",
                at: nil,
                help: "add `environment: sandbox`, or pass `--environment NAME`",
                known
            )
            throw DiagnosticError(diagnostics: [diagnostic])
        }
        guard let environment = job.environments[wanted] else {
            let diagnostic = Diagnostic.error(
                "unknown-environment",
                "there is no environment `\(wanted)`",
                at: name == nil ? job.environment?.span : nil,
                help: Suggestion.help(for: wanted, in: names) ?? known
            )
            throw DiagnosticError(diagnostics: [diagnostic])
        }
        return environment
    }

    private static func partition(
        _ requirements: [ScopeRequirement],
        strategy: TokenStrategy,
        _ environment: Environment
    ) throws(DiagnosticError) -> PartitionSolution {
        let access = environment.scopes.map { ($0.scope, $0.access) }
        let cost = ScopeCost(access: Dictionary(access) { first, _ in first })
        let catalogue = environment.scopes.map(\.scope)
        do throws(TokenPartitionError) {
            switch strategy {
            case .leastPrivilege:
                return try TokenPartition.leastPrivilege(requirements, cost: cost, catalogue: catalogue)
            case .single:
                return try TokenPartition.single(requirements, cost: cost, catalogue: catalogue)
            }
        } catch {
            let diagnostic = Diagnostic.error(
                "no-scope-to-ask-for",
                "every call takes any valid token, but environment `\(environment.name)` has no scope to ask one for",
                at: environment.span,
                help:
                    "list its scopes: `scopes: { read:things: { access: read } }`; a token request never leaves `scope` out, since many servers then grant everything"
            )
            throw DiagnosticError(diagnostics: [diagnostic])
        }
    }

    private static func tokenID(_ index: Int) -> TokenID { TokenID(name: "t\(index + 1)") }

    private static func tokens(of solution: PartitionSolution, _ needs: [StepRequirement]) -> [PlannedToken] {
        let explanation = ScopeExplanation(of: solution, for: needs.map(\.requirement))
        let reasons = Dictionary(grouping: explanation.reasons, by: \.token)
        return solution.tokens.enumerated().map { index, scopes in
            PlannedToken(
                id: tokenID(index),
                scopes: scopes.sorted(),
                reasons: (reasons[index] ?? []).map { reason in
                    ScopeReason(scope: reason.scope, steps: reason.requirements.map { needs[$0].step.id })
                }
            )
        }
    }

    private static func planned(
        _ need: StepRequirement,
        _ environment: Environment,
        token: TokenID,
        alternative: Int
    ) -> PlannedStep {
        let step = need.step
        return PlannedStep(
            step: step,
            token: token,
            scopes: need.requirement.alternatives[alternative],
            authority: need.operation.map { .operation($0.path) } ?? .declaration,
            paginator: step.paginator ?? need.operation?.paginator ?? .singlePage,
            dataSelector: (step.dataSelector ?? need.operation?.dataSelector)?.value,
            retry: step.retry ?? environment.retry ?? .standard
        )
    }
}
