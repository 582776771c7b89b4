import Diagnostics
package import JobPlan
package import JobSpec

/// Runs a plan: tokens first, then step after step. The stage's one entrance.
package struct JobExecutor: Sendable {
    private let plan: Plan
    private let services: RunServices
    private let evaluator: TemplateEvaluator
    private let resume: ResumePoint

    /// - Parameters:
    ///   - context: the values that templates refer to; outputs are added as steps end.
    ///   - resume: where an interrupted run stands; a new one where left out.
    package init(
        plan: Plan,
        services: RunServices,
        context: TemplateContext,
        resume: ResumePoint = ResumePoint()
    ) {
        self.plan = plan
        self.services = services
        self.resume = resume
        evaluator = TemplateEvaluator(context)
    }

    /// Runs to the end, or to the first failure that ends a run. Never throws: what went wrong is in the report.
    package func run() async -> RunReport {
        let started = services.clock.now
        var report = RunReport()
        do throws(RunFailure) {
            let context = try variables()
            if !plan.steps.isEmpty { try await preflight() }
            try await runSteps(context, &report)
        } catch {
            report.failure = error
        }
        report.steps = account(report.steps)
        report.tokens = await tokenReports()
        report.duration = services.clock.now - started
        return report
    }

    /// The steps in the plan's order, with what an interrupted run has done of those whose turn has not come again: the
    /// account of a run that could not go on is that of the whole run all the same.
    private func account(_ reached: [StepReport]) -> [StepReport] {
        let reached = Dictionary(uniqueKeysWithValues: reached.map { ($0.id, $0) })
        return plan.steps.compactMap { planned in
            if let report = reached[planned.id] ?? resume.finished[planned.id]?.report { return report }
            guard let begun = resume.begun[planned.id] else { return nil }
            var report = StepProgress(planned.step, begun).report
            report.state = .failed
            report.reason = "the run ended before the step could go on"
            return report
        }
    }

    /// The job's variables, each worked out once.
    private func variables() throws(RunFailure) -> TemplateContext {
        var evaluator = evaluator
        for variable in plan.job.vars {
            do throws(Diagnostic) {
                evaluator.context.vars[variable.name] = try evaluator.value(variable.value)
            } catch {
                throw RunFailure(error, step: nil)
            }
        }
        return evaluator.context
    }

    /// Fetches every token and holds what was granted against what was planned, before the first call.
    private func preflight() async throws(RunFailure) {
        var granted: [TokenID: Set<Scope>] = [:]
        for token in plan.tokens {
            let access: AccessToken
            do throws(TokenError) {
                access = try await services.tokens.token(token.id)
            } catch {
                throw Self.refused(token, error, services.wallClock)
            }
            granted[token.id] = access.granted
            try await note(.tokenGranted(token.id, scopes: access.granted.sorted()))
        }
        let planned = Dictionary(uniqueKeysWithValues: plan.tokens.map { ($0.id, Set($0.scopes)) })
        let differences = GrantCheck.differences(planned: planned, granted: granted)
        let missing = differences.filter { !$0.missing.isEmpty }
        if let failure = Self.notGranted(missing, plan) { throw failure }
    }

    /// Says which token it was and which steps wait for it: a reduced grant may come as an error of its own.
    private static func refused(_ token: PlannedToken, _ error: TokenError, _ wallClock: WallClock) -> RunFailure {
        var failure = RunFailure(error, wallClock: wallClock)
        guard failure.kind != .cancelled else { return failure }
        let steps = Set(token.reasons.flatMap(\.calls).map(\.step)).sorted().map { "`\($0)`" }.joined(separator: ", ")
        let scopes = token.scopes.map(\.name).joined(separator: " ")
        failure.message = "token \(token.id) (\(scopes)): \(failure.message)"
        if !steps.isEmpty { failure.help.append("without this token, nothing was called; it is needed by \(steps)") }
        return failure
    }

    /// Names what can't run, step by step; nothing where every call has what it needs, as one does that takes any token.
    private static func notGranted(_ missing: [GrantCheck.Difference], _ plan: Plan) -> RunFailure? {
        var help: [String] = []
        for difference in missing {
            let scopes = Set(difference.missing)
            for step in plan.steps {
                var lacking: Set<Scope> = []
                if step.token == difference.token { lacking.formUnion(step.scopes.intersection(scopes)) }
                if step.reconcileToken == difference.token {
                    lacking.formUnion(step.reconcileScopes.intersection(scopes))
                }
                guard !lacking.isEmpty else { continue }
                let names = lacking.sorted().map(\.name).joined(separator: ", ")
                help.append("step `\(step.id)` can't run without \(names)")
            }
        }
        guard !help.isEmpty else { return nil }
        let names = Set(missing.flatMap(\.missing)).sorted().map(\.name).joined(separator: ", ")
        help.append("ask the API's owner to authorise this client for \(names), or leave those steps out with --only")
        return RunFailure(
            .notAuthorized,
            "the authorization server did not grant \(names); nothing was called",
            help: help
        )
    }

    private func runSteps(_ context: TemplateContext, _ report: inout RunReport) async throws(RunFailure) {
        var evaluator = TemplateEvaluator(context)
        for planned in plan.steps {
            let step = planned.step
            if let ended = resume.finished[step.id] {
                report.steps.append(ended.report)
                evaluator.context.outputs[step.id.name] = ended.outputs
                continue
            }
            if Task.isCancelled { throw RunFailure(.cancelled, "the run was stopped", step: step.id) }
            if let deadline = services.deadline, services.clock.now >= deadline {
                throw RunFailure(.outOfTime, "the job's time is up", step: step.id, help: ["raise the job's `timeout`"])
            }
            if try !holds(step.condition, evaluator, step.id) {
                var skipped = StepReport(id: step.id, state: .skipped)
                skipped.reason = "its `if` was false"
                report.steps.append(skipped)
                try await note(.stepSkipped(step.id, reason: "its `if` was false"))
                continue
            }
            let begun = resume.begun[step.id]
            if let begun {
                try await note(.stepResumed(step.id, records: begun.mark.records))
            } else {
                try await note(.stepStarted(step.id, title: step.title))
            }
            let runner = StepRunner(planned: planned, services: services, evaluator: evaluator, begun: begun)
            let outcome = await runner.run()
            report.steps.append(outcome.report)
            if let failure = outcome.failure {
                // The journal may be what failed: the step's own failure is what the person needs to see.
                if failure.kind != .closedPipe { try? await note(.stepFailed(step.id, reason: failure.message)) }
                guard step.onError == .continue, failure.concernsStepOnly else {
                    throw failure
                }
                continue
            }
            try await note(.stepFinished(outcome.report, outputs: outcome.outputs))
            evaluator.context.outputs[step.id.name] = outcome.outputs
        }
    }

    private func holds(
        _ condition: TemplateString?,
        _ evaluator: TemplateEvaluator,
        _ step: StepID
    ) throws(RunFailure) -> Bool {
        guard let condition else { return true }
        do throws(Diagnostic) {
            return try evaluator.condition(condition)
        } catch {
            throw RunFailure(error, step: step)
        }
    }

    private func note(_ event: RunEvent) async throws(RunFailure) {
        do throws(SinkError) { try await services.report(event) } catch { throw RunFailure(error) }
    }

    private func tokenReports() async -> [TokenReport] {
        let statistics = await services.tokens.statistics
        return plan.tokens.map { token in
            let seen = statistics[token.id]
            return TokenReport(
                id: token.id,
                requested: token.scopes,
                granted: (seen?.granted ?? []).sorted(),
                fetches: seen?.tokens ?? 0
            )
        }
    }
}
