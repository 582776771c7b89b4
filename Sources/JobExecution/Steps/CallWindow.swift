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
        var seats: [Seat] = []
        var back: [Int: CallLanding] = [:]
        var nextTicket = 0
    }

    /// The place of a call in the order of its step.
    private struct Seat {
        let ticket: Int
        let request: CallSource.Request
    }

    /// What a landed call means for those after it.
    private enum Course {
        case goOn
        /// Calls under way were asked for at the wrong place.
        case relaunch
        /// There is nothing after it: what is under way was asked for on a promise that did not hold.
        case end
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
            while flight.seats.count < step.concurrency, let request = source.launch() {
                let seat = Seat(ticket: flight.nextTicket, request: request)
                flight.nextTicket += 1
                flight.seats.append(seat)
                switch await resolved(seat) {
                case .success(let call): group.addTask { await runner.landing(of: call) }
                // It fails when its turn comes, after the calls before it: as it would one at a time.
                case .failure(let failure): flight.back[seat.ticket] = CallLanding(unsent: seat.ticket, failure)
                }
            }
            guard let oldest = flight.seats.first else { return false }
            var landing = flight.back.removeValue(forKey: oldest.ticket)
            while landing == nil, let next = await group.next() {
                if next.ticket == oldest.ticket { landing = next } else { flight.back[next.ticket] = next }
            }
            guard let landing else { throw RunFailure(.cancelled, "a call of the step never came back") }
            flight.seats.removeFirst()
            switch try await land(oldest.request, landing.result, &progress) {
            case .goOn: turn.pass()
            case .relaunch: return true
            case .end: return false
            }
        }
    }

    private func resolved(_ seat: Seat) async -> Result<Call, RunFailure> {
        do throws(RunFailure) {
            let call = try await resolve(seat.request, ticket: seat.ticket)
            return .success(call)
        } catch {
            return .failure(error)
        }
    }

    private func resolve(_ request: CallSource.Request, ticket: Int) async throws(RunFailure) -> Call {
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
    private mutating func land(
        _ call: CallSource.Request,
        _ result: Result<CallAnswer, CallFailure>,
        _ progress: inout StepProgress
    ) async throws(RunFailure) -> Course {
        let answer: CallAnswer
        switch result {
        case .success(let value): answer = value
        case .failure(let failure):
            progress.report.calls += failure.attempts > 0 ? 1 : 0
            progress.report.attempts += failure.attempts
            try await leaveOut(call, failure.failure, &progress)
            return .goOn
        }
        progress.report.calls += 1
        progress.report.attempts += answer.attempts
        let verdict = source.land(answer.facts)
        if case .fail(let problem) = verdict {
            do throws(SinkError) { try file.rollback() } catch { throw RunFailure(error) }
            let kind: RunFailure.Kind = if case .tooManyPages = problem { .limit } else { .protocolViolation }
            throw RunFailure(
                kind,
                problem.message,
                request: "\(step.request.method.rawValue) \(answer.facts.url)",
                help: [problem.help],
                span: planned.paginator.span
            )
        }
        try await commit(call, answer, &progress)
        switch verdict {
        case .relaunch(let reason):
            services.observe(.notice(step.id, reason))
            return .relaunch
        case .end: return .end
        case .more, .fail: return .goOn
        }
    }

    private func commit(
        _ call: CallSource.Request,
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
    private func leaveOut(
        _ call: CallSource.Request,
        _ failure: RunFailure,
        _ progress: inout StepProgress
    ) async throws(RunFailure) {
        guard case .items = source, step.onError == .skip, failure.concernsItemOnly else { throw failure }
        progress.report.skippedItems += 1
        do throws(SinkError) {
            try await services.report(.itemSkipped(step.id, item: call.item, reason: failure.message))
        } catch {
            throw RunFailure(error)
        }
    }
}
