import Diagnostics
import JSONBytes
import JobPlan
import JobSpec

/// Keeps up to `concurrency` calls of a step under way, and lets their records into the file in order.
struct CallWindow: Sendable {
    let planned: PlannedStep
    let services: RunServices
    let evaluator: TemplateEvaluator
    let file: any RecordSink
    let limiter: RateLimiter?
    let deadline: Duration?
    /// Writes that were begun before the run was interrupted.
    let known: [Int: CallOutcome]
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
        /// The last page's, which the next one need not wait for: the file keeps their order.
        var commit: UnfinishedCommit?
    }

    /// A page on its way to the disk, and what is to be said of it then.
    private struct UnfinishedCommit {
        let page: PageCommit
        let items: Int
        let total: Int?
        let pending: PendingCommit
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
        var flight = Flight()
        do throws(RunFailure) {
            let again = try await fly(&flight, &group, &progress)
            try await finishCommit(&flight, &progress)
            return again
        } catch {
            // The page before counts all the same.
            do throws(RunFailure) { try await finishCommit(&flight, &progress) } catch {}
            throw error
        }
    }

    private mutating func fly(
        _ flight: inout Flight,
        _ group: inout TaskGroup<CallLanding>,
        _ progress: inout StepProgress
    ) async throws(RunFailure) -> Bool {
        let turn = PageTurn()
        let runner = runner(turn)
        let writer = WriteRunner(calls: runner, probe: probe, known: known)
        while true {
            // A stopped run launches nothing more, but takes in what is under way.
            while !Task.isCancelled, flight.seats.count < step.concurrency, let request = try launch() {
                let seat = Seat(ticket: flight.nextTicket, request: request)
                flight.nextTicket += 1
                flight.seats.append(seat)
                switch await resolved(seat) {
                case .success(let call):
                    let isWrite = planned.isWrite
                    group.addTask { isWrite ? await writer.landing(of: call) : await runner.landing(of: call) }
                // It fails when its turn comes, after the calls before it: as it would one at a time.
                case .failure(let failure): flight.back[seat.ticket] = CallLanding(unsent: seat.ticket, failure)
                }
            }
            guard let oldest = flight.seats.first else {
                if Task.isCancelled { throw RunFailure(.cancelled, "the run was stopped") }
                return false
            }
            var landing = flight.back.removeValue(forKey: oldest.ticket)
            while landing == nil, let next = await group.next() {
                if next.ticket == oldest.ticket { landing = next } else { flight.back[next.ticket] = next }
            }
            guard let landing else { throw RunFailure(.cancelled, "a call of the step never came back") }
            flight.seats.removeFirst()
            try await finishCommit(&flight, &progress)
            switch try await land(oldest.request, landing.result, &flight, &progress) {
            case .goOn: turn.pass()
            case .relaunch: return true
            case .end: return false
            }
        }
    }

    private func resolved(_ seat: Seat) async -> Result<Call, RunFailure> {
        let resolver = CallResolver(planned: planned, services: services, evaluator: evaluator)
        let request = seat.request
        do throws(RunFailure) {
            let call = try await resolver.call(
                request.items,
                page: request.page,
                pageRequest: request.pageRequest,
                ticket: seat.ticket
            )
            return .success(call)
        } catch {
            return .failure(error)
        }
    }

    private func runner(_ turn: PageTurn) -> CallRunner {
        CallRunner(
            planned: planned,
            services: services,
            limiter: limiter,
            sink: file,
            turn: turn,
            pageLimit: max(services.windowBytes / step.concurrency, 256 << 10),
            deadline: deadline
        )
    }

    private var probe: CallProbe? {
        planned.probe.map { CallProbe(planned: $0, services: services, evaluator: evaluator, deadline: deadline) }
    }

    private mutating func launch() throws(RunFailure) -> CallSource.Request? {
        do throws(InputError) { return try source.launch() } catch { throw RunFailure(error, step: step.id) }
    }

    /// Takes in the oldest call's result: its records are on their way to the file, uncommitted.
    private mutating func land(
        _ request: CallSource.Request,
        _ result: Result<CallAnswer, CallFailure>,
        _ flight: inout Flight,
        _ progress: inout StepProgress
    ) async throws(RunFailure) -> Course {
        let answer: CallAnswer
        switch result {
        case .success(let value): answer = value
        case .failure(let failure):
            progress.report.calls += failure.attempts > 0 ? 1 : 0
            progress.report.attempts += failure.attempts
            // A write that was sent has been judged already; what was never sent can be left out.
            guard case .items = source, !planned.isWrite || isUnsent(request, failure) else { throw failure.failure }
            try await leaveOut(request.items, failure.failure, &progress)
            return .goOn
        }
        progress.report.calls += 1
        progress.report.attempts += answer.attempts
        if let reason = answer.refusal {
            try await reject(request, reason, &progress)
            return .goOn
        }
        let verdict = source.land(answer.facts)
        if case .fail(let problem) = verdict { throw try failed(problem, at: answer.facts.url) }
        try commit(request, answer, &flight, progress)
        switch verdict {
        case .relaunch(let reason):
            try await finishCommit(&flight, &progress)
            services.observe(.notice(step.id, reason))
            return .relaunch
        case .end: return .end
        case .more, .fail: return .goOn
        }
    }

    /// Whether a write never left, in this run or before it was interrupted.
    private func isUnsent(_ request: CallSource.Request, _ failure: CallFailure) -> Bool {
        guard failure.attempts == 0 else { return false }
        return switch known[request.items.call]?.state {
        case .done, .unknown: false
        case .refused, .notDone, nil: true
        }
    }

    private func failed(_ problem: WalkProblem, at url: WebURL) throws(RunFailure) -> RunFailure {
        do throws(SinkError) { try file.rollback() } catch { throw RunFailure(error) }
        let kind: RunFailure.Kind = if case .tooManyPages = problem { .limit } else { .protocolViolation }
        return RunFailure(
            kind,
            problem.message,
            request: "\(step.request.method.rawValue) \(url)",
            help: [problem.help],
            span: planned.paginator.span
        )
    }

    private func commit(
        _ call: CallSource.Request,
        _ answer: CallAnswer,
        _ flight: inout Flight,
        _ progress: StepProgress
    ) throws(RunFailure) {
        let page = PageCommit(
            item: call.items.call,
            page: call.page,
            records: answer.facts.records,
            position: source.position,
            outputs: try progress.outputs(of: step, from: answer.facts.document)
        )
        flight.commit = UnfinishedCommit(
            page: page,
            items: call.items.values.count,
            total: source.total,
            pending: file.enqueue(page)
        )
    }

    /// Waits for the last page's commit, and counts it.
    private func finishCommit(_ flight: inout Flight, _ progress: inout StepProgress) async throws(RunFailure) {
        guard let commit = flight.commit else { return }
        flight.commit = nil
        do throws(SinkError) { try await commit.pending.wait() } catch { throw RunFailure(error) }
        progress.add(commit.page, items: commit.items)
        services.observe(.pageCommitted(step.id, commit.page, total: commit.total))
    }

    /// A write was refused and the step goes on: its line stays, its items go to the rejects.
    private func reject(_ call: CallSource.Request, _ reason: String, _ progress: inout StepProgress)
        async throws(RunFailure)
    {
        let page = PageCommit(item: call.items.call, page: call.page, records: 1, outputs: progress.outputs)
        do throws(SinkError) {
            try file.reject(OutcomeRecord.rejects(call.items, step.id, reason: reason))
            try await file.commit(page)
        } catch {
            throw RunFailure(error)
        }
        progress.add(page, items: 0)
        try await skip(call.items, reason, &progress)
    }

    /// Leaves the items of a broken read, or of a write that can't be sent, out where the job says so, and ends the step
    /// otherwise.
    func leaveOut(
        _ items: CallItems,
        _ failure: RunFailure,
        _ progress: inout StepProgress
    ) async throws(RunFailure) {
        guard step.onError == .skip, failure.concernsItemOnly else { throw failure }
        // The place is kept in the journal, so that a resume doesn't come back to it.
        let page = PageCommit(item: items.call, page: 0, records: 0, outputs: progress.outputs)
        do throws(SinkError) {
            if planned.isWrite { try file.reject(OutcomeRecord.rejects(items, step.id, reason: failure.message)) }
            try await file.commit(page)
        } catch {
            throw RunFailure(error)
        }
        try await skip(items, failure.message, &progress)
    }

    private func skip(_ items: CallItems, _ reason: String, _ progress: inout StepProgress) async throws(RunFailure) {
        let count = max(items.values.count, 1)
        progress.skip(count)
        do throws(SinkError) {
            let event = RunEvent.itemSkipped(step.id, item: items.range.lowerBound, count: count, reason: reason)
            try await services.report(event)
        } catch {
            throw RunFailure(error)
        }
        try progress.checkFailures(step)
    }
}
