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
        let needs = chosen.steps.flatMap { CallRequirement.all(of: $0, environment: environment, matcher: matcher) }
        let diagnostics = chosen.diagnostics + needs.flatMap(\.diagnostics)
        guard !diagnostics.contains(where: { $0.severity == .error }) else {
            throw DiagnosticError(diagnostics: diagnostics)
        }
        let solution = try partition(needs.map(\.requirement), strategy: job.tokens, environment)
        let rides = needs.indices.map { index in
            Ride(
                need: needs[index],
                token: tokenID(solution.assignment[index]),
                scopes: needs[index].requirement.alternatives[solution.chosen[index]]
            )
        }
        let probes = Dictionary(rides.filter { $0.need.call.kind == .reconcile }.map { ($0.need.step.id, $0) }) { $1 }
        let steps = rides.filter { $0.need.call.kind == .request }.map { ride in
            planned(ride, reconcile: probes[ride.need.step.id], environment)
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

    /// The mistakes in the scopes of a job that can't be planned for other reasons: those that do not follow from them.
    package static func scopeErrors(of job: Job, environment name: String?) -> [Diagnostic] {
        guard let environment = try? environment(named: name, for: job) else { return [] }
        let matcher = OperationMatcher(StaticValues(job))
        let independent: Set<String> = ["unknown-scope", "scope-not-declared"]
        return job.steps
            .flatMap { CallRequirement.all(of: $0, environment: environment, matcher: matcher) }
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

    /// A call, the token that it rides on, and what it needs of it.
    private struct Ride {
        let need: CallRequirement
        let token: TokenID
        let scopes: Set<Scope>
    }

    private static func planned(_ ride: Ride, reconcile: Ride?, _ environment: Environment) -> PlannedStep {
        let (step, operation) = (ride.need.step, ride.need.operation)
        return PlannedStep(
            step: step,
            token: ride.token,
            scopes: ride.scopes,
            authority: authority(of: operation),
            reconcileToken: reconcile?.token,
            reconcileScopes: reconcile?.scopes ?? [],
            reconcileAuthority: reconcile.map { authority(of: $0.need.operation) },
            paginator: step.paginator ?? operation?.paginator ?? .singlePage,
            dataSelector: (step.dataSelector ?? operation?.dataSelector)?.value,
            retry: step.retry ?? environment.retry ?? .standard
        )
    }

    private static func authority(of operation: Operation?) -> PlannedStep.Authority {
        operation.map { .operation($0.path) } ?? .declaration
    }
}
