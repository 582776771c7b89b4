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
        let matcher = OperationMatcher(known, environment.operations)
        let needs = CallRequirement.all(of: chosen.steps, environment: environment, matcher: matcher)
        let diagnostics = chosen.diagnostics + needs.flatMap(\.diagnostics)
        guard !diagnostics.contains(where: { $0.severity == .error }) else {
            throw DiagnosticError(diagnostics: diagnostics)
        }
        let solution = try partition(needs.map(\.requirement), strategy: job.tokens, environment)
        let tokens = tokens(of: solution, needs)
        let plan = Plan(
            job: job,
            environment: environment,
            tokens: tokens,
            steps: steps(needs, solution, tokens, environment),
            skipped: chosen.skipped,
            isProvedSmallest: solution.isProvedSmallest
        )
        return Planned(plan: plan, warnings: diagnostics)
    }

    /// What else is wrong with a job that can't be planned for other reasons, as far as it does not follow from them: an
    /// environment that was asked for and is not there, else mistakes in scopes.
    package static func furtherErrors(of job: Job, environment name: String?) -> [Diagnostic] {
        let environment: Environment
        do throws(DiagnosticError) {
            environment = try Self.environment(named: name, for: job)
        } catch {
            // Of the job's own environment its validation has told.
            return name == nil ? [] : error.diagnostics
        }
        let matcher = OperationMatcher(StaticValues(job), environment.operations)
        let independent: Set<String> = ["unknown-scope", "scope-not-declared"]
        return CallRequirement.all(of: job.steps, environment: environment, matcher: matcher)
            .flatMap(\.diagnostics)
            .filter { independent.contains($0.code) }
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

    private static func tokens(of solution: PartitionSolution, _ needs: [CallRequirement]) -> [PlannedToken] {
        let explanation = ScopeExplanation(of: solution, for: needs.map(\.requirement))
        let reasons = Dictionary(grouping: explanation.reasons, by: \.token)
        return solution.tokens.enumerated().map { index, scopes in
            PlannedToken(
                id: tokenID(index),
                scopes: scopes.sorted(),
                reasons: (reasons[index] ?? []).map { reason in
                    ScopeReason(scope: reason.scope, calls: reason.requirements.map { needs[$0].call })
                }
            )
        }
    }

    /// The steps, each on the token of its call. A step's own call is followed by the one that reconciles it.
    private static func steps(
        _ needs: [CallRequirement],
        _ solution: PartitionSolution,
        _ tokens: [PlannedToken],
        _ environment: Environment
    ) -> [PlannedStep] {
        func ride(_ index: Int) -> Ride {
            Ride(
                token: tokens[solution.assignment[index]].id,
                scopes: needs[index].requirement.alternatives[solution.chosen[index]],
                operation: needs[index].operation
            )
        }
        var steps: [PlannedStep] = []
        steps.reserveCapacity(needs.count)
        for index in needs.indices where needs[index].call.kind == .request {
            let next = index + 1
            let hasProbe = next < needs.count && needs[next].call.kind == .reconcile
            let probe = hasProbe ? ride(next) : nil
            steps.append(planned(needs[index].step, ride(index), reconcile: probe, environment))
        }
        return steps
    }

    /// The token that a call rides on, and what it needs of it.
    private struct Ride {
        let token: TokenID
        let scopes: Set<Scope>
        let operation: Operation?
    }

    private static func planned(
        _ step: Step,
        _ ride: Ride,
        reconcile: Ride?,
        _ environment: Environment
    ) -> PlannedStep {
        let operation = ride.operation
        return PlannedStep(
            step: step,
            token: ride.token,
            scopes: ride.scopes,
            authority: authority(of: operation),
            reconcileToken: reconcile?.token,
            reconcileScopes: reconcile?.scopes ?? [],
            reconcileAuthority: reconcile.map { authority(of: $0.operation) },
            paginator: step.paginator ?? operation?.paginator ?? .singlePage,
            dataSelector: (step.dataSelector ?? operation?.dataSelector)?.value,
            retry: step.retry ?? environment.retry ?? .standard
        )
    }

    private static func authority(of operation: Operation?) -> PlannedStep.Authority {
        operation.map { .operation($0.path) } ?? .declaration
    }
}
