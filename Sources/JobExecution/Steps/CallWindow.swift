import Diagnostics
import JSONBytes
import JobPlan
import JobSpec

/// Keeps up to `concurrency` calls of a step under way, and lets their records into the file in order.
struct CallWindow: Sendable {
    let planned: PlannedStep
    let services: RunServices
    let evaluator: TemplateEvaluator
    let items: StepItems
    let file: any RecordSink
    let limiter: RateLimiter?
    let deadline: Duration?
    var source: CallSource

    private var step: Step { planned.step }

    /// Runs until the source has no more calls. A relaunch begins a new wave: what was under way is dropped.
    mutating func run(_ progress: inout StepProgress) async throws(RunFailure) {
        while try await wave(&progress) {}
    }

    /// What is under way, and what has come back before its turn.
    private struct Flight {
        var calls: [Call] = []
        var back: [Int: CallLanding] = [:]
        var nextTicket = 0
    }

    /// - Returns: whether another wave is needed.
    private mutating func wave(_ progress: inout StepProgress) async throws(RunFailure) -> Bool {
        var window = self
        var counted = progress
        defer {
            self = window
            progress = counted
        }
        let result = await withTaskGroup(of: CallLanding.self) { group -> Result<Bool, RunFailure> in
            do throws(RunFailure) {
                let again = try await window.fly(&group, &counted)
                group.cancelAll()
                return .success(again)
            } catch {
                group.cancelAll()
                return .failure(error)
            }
        }
        return try result.get()
    }

    private mutating func fly(
        _ group: inout TaskGroup<CallLanding>,
        _ progress: inout StepProgress
    ) async throws(RunFailure) -> Bool {
        let turn = PageTurn()
        let runner = CallRunner(
            planned: planned,
            services: services,
            limiter: limiter,
            sink: file,
            turn: turn,
            pageLimit: max(services.windowBytes / step.concurrency, 256 << 10),
            deadline: deadline
        )
        var flight = Flight()
        while true {
            while flight.calls.count < step.concurrency, let request = source.launch() {
                let call = try await resolve(request, ticket: flight.nextTicket, &progress)
                flight.nextTicket += 1
                flight.calls.append(call)
                group.addTask { await runner.landing(of: call) }
            }
            guard let oldest = flight.calls.first else { return false }
            while flight.back[oldest.ticket] == nil {
                guard let landing = await group.next() else { return false }
                flight.back[landing.ticket] = landing
            }
            guard let landing = flight.back.removeValue(forKey: oldest.ticket) else { return false }
            flight.calls.removeFirst()
            if try await land(oldest, landing.result, &progress) { return true }
            turn.pass()
        }
    }

    private func resolve(
        _ request: CallSource.Request,
        ticket: Int,
        _ progress: inout StepProgress
    ) async throws(RunFailure) -> Call {
        var evaluator = evaluator
        evaluator.context.item = items.values[request.item]
        let token: AccessToken
        do throws(TokenError) {
            token = try await services.tokens.token(planned.token)
        } catch {
            throw RunFailure(error, wallClock: services.wallClock)
        }
        evaluator.context.token = { token.member($0) }
        do throws(Diagnostic) {
            let resolved = try RequestResolver(base: services.base)
                .request(step.request, evaluator: evaluator, page: request.pageRequest)
            return Call(ticket: ticket, item: request.item, page: request.page, request: resolved)
        } catch {
            throw RunFailure(error, step: step.id)
        }
    }

    /// Takes in the oldest call's result: its records are in the file, uncommitted.
    ///
    /// - Returns: whether the calls under way must be launched anew.
    private mutating func land(
        _ call: Call,
        _ result: Result<CallAnswer, CallFailure>,
        _ progress: inout StepProgress
    ) async throws(RunFailure) -> Bool {
        progress.report.calls += 1
        let answer: CallAnswer
        switch result {
        case .success(let value): answer = value
        case .failure(let failure):
            progress.report.attempts += failure.attempts
            try await leaveOut(call, failure.failure, &progress)
            return false
        }
        progress.report.attempts += answer.attempts
        let verdict = source.land(answer.facts)
        if case .fail(let problem) = verdict {
            do throws(SinkError) { try file.rollback() } catch { throw RunFailure(error) }
            let kind: RunFailure.Kind = if case .tooManyPages = problem { .limit } else { .protocolViolation }
            throw RunFailure(
                kind,
                problem.message,
                request: "\(call.request.method) \(call.request.url)",
                help: [problem.help],
                span: planned.paginator.span
            )
        }
        try await commit(call, answer, &progress)
        guard case .relaunch(let reason) = verdict else { return false }
        services.observe(.notice(step.id, reason))
        return true
    }

    private func commit(
        _ call: Call,
        _ answer: CallAnswer,
        _ progress: inout StepProgress
    ) async throws(RunFailure) {
        let page = PageCommit(item: call.item, page: call.page, records: answer.facts.records)
        do throws(SinkError) {
            try await file.commit(page)
            progress.report.pages += 1
            progress.report.records += page.records
            progress.lastDocument = answer.facts.document
            services.observe(.pageCommitted(step.id, page, total: source.total))
        } catch {
            throw RunFailure(error)
        }
    }

    /// A failed call of a step whose items are independent leaves its item out; any other ends the step or the item.
    private func leaveOut(_ call: Call, _ failure: RunFailure, _ progress: inout StepProgress) async throws(RunFailure) {
        guard case .items = source, step.onError == .skip, failure.concernsItemOnly else { throw failure }
        progress.report.skippedItems += 1
        do throws(SinkError) {
            try await services.report(.itemSkipped(step.id, item: call.item, reason: failure.message))
        } catch {
            throw RunFailure(error)
        }
    }
}
