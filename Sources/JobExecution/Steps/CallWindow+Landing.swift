import JSONBytes
import JobPlan
import JobSpec
import Secrets

extension CallWindow {
    /// Takes in the oldest call's result: hands over the records that it holds back, and begins their commit.
    mutating func land(
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
            try await finishCommits(&flight, &progress)
            try await leaveOut(request.items, failure.failure, &progress)
            return .goOn
        }
        progress.report.calls += 1
        progress.report.attempts += answer.attempts
        if let reason = answer.refusal {
            try await finishCommits(&flight, &progress)
            try await reject(request, reason, &progress)
            return .goOn
        }
        if let output = answer.output { try await take(output) }
        let verdict = source.land(answer.facts)
        if case .fail(let problem) = verdict { throw try failed(problem, at: answer.facts.url) }
        try commit(request, answer, &flight, progress)
        switch verdict {
        case .relaunch(let reason):
            try await finishCommits(&flight, &progress)
            services.observe(.notice(step.id, reason))
            return .relaunch
        case .end: return .end
        case .more, .fail: return .goOn
        }
    }

    /// Hands the rest of a page's records to the file.
    private func take(_ output: PageOutput) async throws(RunFailure) {
        await file.caughtUp()
        do throws(SinkError) { try output.flush() } catch { throw RunFailure(error) }
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
            problem.message(services.redactor),
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
        let outputs: [String: JSONValue]
        if let known = answer.outputs {
            outputs = known
        } else if let document = answer.facts.document {
            outputs = try step.outputValues(in: document)
        } else {
            outputs = flight.commits.last?.page.outputs ?? progress.outputs
        }
        let position = source.position
        let page = PageCommit(
            item: call.items.call,
            page: call.page,
            records: answer.facts.records,
            position: position,
            outputs: outputs,
            itemStart: position == .null ? nil : itemStart
        )
        // With more pages to come, it is not done yet.
        let items = position == .null ? max(call.items.values.count, 1) : 0
        flight.commits.append(
            UnfinishedCommit(page: page, items: items, total: source.total, pending: file.enqueue(page))
        )
    }

    /// How many commits may be under way: a page on its way to the disk is no reason to ask for the next one later. The
    /// file bounds the bytes.
    static let mostUnfinished = 8

    /// Counts the commits that have come to pass, and waits for all of them but the last ones.
    func finishCommits(
        _ flight: inout Flight,
        _ progress: inout StepProgress,
        leaving most: Int = 0
    ) async throws(RunFailure) {
        while let commit = flight.commits.first, flight.commits.count > most || commit.pending.isDone {
            flight.commits.removeFirst()
            do throws(SinkError) { try await commit.pending.wait() } catch { throw RunFailure(error) }
            progress.add(commit.page, items: commit.items)
            services.observe(.pageCommitted(step.id, commit.page, total: commit.total))
        }
    }

    /// A write was refused and the step goes on: its line stays, its items go to the rejects.
    private func reject(_ call: CallSource.Request, _ reason: String, _ progress: inout StepProgress)
        async throws(RunFailure)
    {
        let page = PageCommit(item: call.items.call, page: call.page, records: 1, outputs: progress.outputs)
        do throws(SinkError) {
            try file.reject(OutcomeRecord.rejects(call.items, step.id, reason: services.redactor.redact(reason)))
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
            if planned.isWrite {
                let reason = services.redactor.redact(failure.message)
                try file.reject(OutcomeRecord.rejects(items, step.id, reason: reason))
            }
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
