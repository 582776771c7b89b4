import Diagnostics
import JSONBytes
import JobPlan
import JobSpec

/// Wraps the calls of a write step: the intent is on the disk before the call is sent, its outcome after. A call whose
/// outcome is unknown is settled by its key, by a probe, or by a person; never by a guess.
struct WriteRunner: Sendable {
    let calls: CallRunner
    let probe: CallProbe?
    /// What is known of calls from before the run was interrupted.
    let known: [Int: CallOutcome]

    private var step: Step { calls.planned.step }

    /// Sending the call again has the effect of sending it once: by its key, or by its method (RFC 9110 section 9.2.2).
    private var isRepeatable: Bool { calls.planned.isRepeatable }

    /// How far a write has come.
    private enum Stage {
        /// Its line is in the sink, not yet committed.
        case whole(CallAnswer)
        /// It is done, and its outcome is noted, but perhaps not on the disk.
        case noted(CallAnswer, record: [UInt8], attempts: Int)
    }

    /// Runs a write until it is answered, or to its end.
    func news(of call: Call) async -> CallNews {
        do throws(CallFailure) {
            switch try await write(call) {
            case .whole(let answer): return .landed(CallLanding(ticket: call.ticket, result: .success(answer)))
            case .noted(let answer, let record, let attempts):
                return .answered(ticket: call.ticket) { await landing(of: call, answer, record, attempts) }
            }
        } catch {
            return .landed(CallLanding(ticket: call.ticket, result: .failure(error)))
        }
    }

    /// The rest of a write that is done. Its line is in the sink, not yet committed, when it returns well.
    private func landing(
        of call: Call,
        _ answer: CallAnswer,
        _ record: [UInt8],
        _ attempts: Int
    ) async -> CallLanding {
        do throws(CallFailure) {
            try await journal(attempts) { () throws(SinkError) in try await calls.sink.waitForDisk() }
            let published = try await publish(call, record: record, answer: answer)
            return CallLanding(ticket: call.ticket, result: .success(published))
        } catch {
            return CallLanding(ticket: call.ticket, result: .failure(error))
        }
    }

    private func write(_ call: Call) async throws(CallFailure) -> Stage {
        var sent = 0
        // What an earlier attempt may have done, of this run or of one before a resume.
        var isEffectOpen = false
        let before = known[call.items.call]
        if let before, before.state == .done {
            return .whole(try await publish(call, record: before.record, answer: kept(before)))
        }
        if let before, before.state == .unknown {
            switch Repeatability(calls.planned, key: call.key, after: before.intent) {
            case .idempotent: isEffectOpen = true
            case .unsafe:
                // Sending it would be sending it once more: ask first.
                if try await tookEffect(call, of: before.intent, sent) {
                    return .whole(try await reconciled(call, attempts: sent))
                }
            }
        }
        guard !Task.isCancelled else {
            throw CallFailure(
                failure: RunFailure(.cancelled, "the run was stopped"),
                attempts: 0,
                isEffectOpen: isEffectOpen
            )
        }
        try await journal(sent) { () throws(SinkError) in try await calls.sink.intend(call.intent) }
        while true {
            let landing = await Grace.period(calls.services) { await calls.landing(of: call) }
            switch landing.result {
            case .success(let answer):
                return try await done(call, answer, attempts: sent + answer.attempts)
            case .failure(let failure):
                sent += failure.attempts
                isEffectOpen = isEffectOpen || failure.isEffectOpen
                guard isEffectOpen, !refusesAll(failure) else {
                    return .whole(try await settleWithoutEffect(call, failure, sent))
                }
                // Without a key it can't simply be sent again; with one, its attempts are used up.
                guard probe != nil, sent < calls.planned.retry.maxAttempts || !isRepeatable else {
                    throw await unknown(call, failure.failure, sent)
                }
                // What looks lost may still be on its way through the API: a probe that comes too soon would miss it.
                let delay = Backoff.ceiling(retry: sent, policy: calls.planned.retry)
                guard leavesTime(for: delay) else { throw await unknown(call, failure.failure, sent) }
                try await pause(delay, sent)
                if try await tookEffect(call, of: call.intent, sent) {
                    return .whole(try await reconciled(call, attempts: sent))
                }
                isEffectOpen = false
                // It would be redirected again: since it took no effect, that is its refusal.
                if failure.isRedirect { return .whole(try await settleWithoutEffect(call, failure, sent)) }
                guard sent < calls.planned.retry.maxAttempts else {
                    try await settle(call, .notDone, reason: "a probe found that it took no effect", sent: sent)
                    throw CallFailure(
                        failure: withoutEffect(failure.failure, sent),
                        attempts: sent,
                        isEffectOpen: false
                    )
                }
            }
        }
    }

    /// Whether a refusal is the answer to lost attempts as well. With a key the API takes them all for one; but 409 says
    /// that an earlier one is still under way (draft-ietf-httpapi-idempotency-key-header). Without a key a DELETE that
    /// was lost and is then answered by 404 may have had its effect.
    private func refusesAll(_ failure: CallFailure) -> Bool {
        guard step.idempotencyKey != nil, failure.failure.kind.isRefusal, !failure.isEffectReported,
            let status = failure.failure.status
        else { return false }
        return (400...499).contains(status) && status != 409
    }

    // MARK: - Outcomes

    private func done(_ call: Call, _ answer: CallAnswer, attempts: Int) async throws(CallFailure) -> Stage {
        var record = OutcomeRecord.line(
            call,
            status: answer.status,
            attempts: attempts,
            answer.facts.fields,
            answer.body
        )
        var answer = answer
        // The job wants parts of the answer. Where they can't be had, the call is done all the same.
        do throws(RunFailure) {
            if let document = answer.facts.document { answer.outputs = try step.outputValues(in: document) }
            if let selector = calls.planned.dataSelector {
                record = try OutcomeRecord.selection(selector, of: answer)
            }
        } catch {
            try await settle(call, .done, record: record, outputs: answer.outputs ?? [:], sent: attempts)
            throw CallFailure(failure: error, attempts: attempts, isEffectOpen: false)
        }
        return try await noted(call, answer, record: record, attempts)
    }

    private func noted(
        _ call: Call,
        _ answer: CallAnswer,
        record: [UInt8],
        _ attempts: Int
    ) async throws(CallFailure) -> Stage {
        let outcome = CallOutcome(intent: call.intent, state: .done, record: record, outputs: answer.outputs ?? [:])
        try await journal(attempts) { () throws(SinkError) in try calls.sink.note(outcome) }
        return .noted(answer, record: record, attempts: attempts)
    }

    private func reconciled(_ call: Call, attempts: Int) async throws(CallFailure) -> CallAnswer {
        let record = OutcomeRecord.reconciled(call, attempts: attempts)
        try await settle(call, .done, record: record, sent: attempts)
        return try await publish(call, record: record, answer: replayed(attempts))
    }

    /// The call certainly changed nothing: refused for good, or never sent.
    private func settleWithoutEffect(
        _ call: Call,
        _ failure: CallFailure,
        _ sent: Int
    ) async throws(CallFailure) -> CallAnswer {
        guard failure.failure.kind.isRefusal else {
            if failure.failure.kind != .io {
                try await settle(call, .notDone, reason: failure.failure.message, sent: sent)
            }
            throw CallFailure(failure: failure.failure, attempts: sent, isEffectOpen: false)
        }
        let status = failure.failure.status ?? 0
        let record = OutcomeRecord.line(call, status: status, attempts: sent, [], failure.body)
        try await settle(call, .refused, record: record, reason: failure.failure.message, sent: sent)
        guard step.onError == .skip else {
            throw CallFailure(failure: failure.failure, attempts: sent, isEffectOpen: false)
        }
        var answer = replayed(sent)
        answer.refusal = failure.failure.message
        return try await publish(call, record: record, answer: answer)
    }

    /// Waits for the call's turn and hands its line to the file.
    private func publish(_ call: Call, record: [UInt8], answer: CallAnswer) async throws(CallFailure) -> CallAnswer {
        let output = PageOutput(sink: calls.sink, turn: calls.turn, ticket: call.ticket, limit: .max)
        if !record.isEmpty { output.hold(record + [UInt8(ascii: "\n")]) }
        do {
            try await output.flushInTurn()
            return answer.with(records: record.isEmpty ? 0 : record.count { $0 == UInt8(ascii: "\n") } + 1)
        } catch let error as SinkError {
            throw CallFailure(failure: RunFailure(error), attempts: answer.attempts, isEffectOpen: false)
        } catch {
            let stopped = RunFailure(.cancelled, "the run was stopped")
            throw CallFailure(failure: stopped, attempts: answer.attempts, isEffectOpen: false)
        }
    }

    /// Nobody knows. The run stops with it; a person or a later probe settles it.
    private func unknown(_ call: Call, _ failure: RunFailure, _ sent: Int) async -> CallFailure {
        do throws(CallFailure) {
            try await settle(call, .unknown, reason: failure.message, sent: sent)
        } catch {
            return error
        }
        var unknown = failure
        // A refusal after a lost attempt may be the answer to the effect: sending it once more would not tell.
        guard !isRepeatable || failure.kind.isRefusal else {
            unknown.help = ["the call may be sent again without harm: runner resume \(calls.services.runReference)"]
            return CallFailure(failure: unknown, attempts: sent, isEffectOpen: true)
        }
        unknown.kind = failure.kind == .cancelled ? .cancelled : .unknownOutcome
        unknown.help = [UnknownCalls.place(of: call.intent)]
        if failure.kind.isRefusal {
            unknown.message = "nobody knows whether the call `\(call.key)` took effect: \(failure.message)"
            unknown.help += failure.help
        }
        let run = calls.services.runReference
        if probe != nil, !isRepeatable {
            unknown.help.append("the next resume asks by `reconcile`: runner resume \(run)")
        }
        // Last, as it is what to do next.
        unknown.help.append(UnknownCalls.advice(run, key: call.key))
        return CallFailure(failure: unknown, attempts: sent, isEffectOpen: true)
    }

    /// - Parameter intent: as the journal has the call, which may have been sent under another key.
    private func tookEffect(_ call: Call, of intent: CallIntent, _ sent: Int) async throws(CallFailure) -> Bool {
        let run = calls.services.runReference
        guard let probe else {
            let open = UnknownCalls.Open(intent: intent, key: step.idempotencyKey.map { _ in call.key })
            let failure = UnknownCalls.unsettled([open], of: step.id, run)
            throw CallFailure(failure: failure, attempts: sent, isEffectOpen: true)
        }
        do throws(RunFailure) {
            return try await probe.tookEffect(call)
        } catch {
            var failure = error
            failure.kind = error.kind == .cancelled ? .cancelled : .unknownOutcome
            failure.message = "the probe for the call `\(intent.key)` failed: \(error.message)"
            failure.help += [
                "once the API answers again, runner resume \(run) asks anew",
                UnknownCalls.advice(run, key: intent.key),
            ]
            throw CallFailure(failure: failure, attempts: sent, isEffectOpen: true)
        }
    }

    /// Whether there is anything left of the time after a wait: else a resume asks.
    private func leavesTime(for delay: Duration) -> Bool {
        calls.deadline.map { calls.services.clock.now + delay < $0 } ?? true
    }

    /// Waits as long as a retry may at most: by chance alone the wait could be none. A stopped run doesn't wait: its next
    /// resume will ask.
    private func pause(_ delay: Duration, _ sent: Int) async throws(CallFailure) {
        do {
            try await calls.services.clock.sleep(for: delay)
        } catch {
            throw CallFailure(
                failure: RunFailure(.cancelled, "the run was stopped"),
                attempts: sent,
                isEffectOpen: true
            )
        }
    }

    /// The API keeps failing, but each time a probe found that nothing was done: there is nothing to settle.
    private func withoutEffect(_ failure: RunFailure, _ sent: Int) -> RunFailure {
        guard failure.kind == .unknownOutcome else { return failure }
        var known = failure
        known.kind = .unavailable
        let last = failure.status.map { "; the last answer was HTTP \($0)" } ?? ""
        known.message = "\(sent) attempts failed, and a probe found that the call took no effect\(last)"
        known.help = ["the API keeps failing; try again later: runner resume \(calls.services.runReference)"]
        return known
    }

    private func settle(
        _ call: Call,
        _ state: CallOutcome.State,
        record: [UInt8] = [],
        outputs: [String: JSONValue] = [:],
        reason: String? = nil,
        sent: Int
    ) async throws(CallFailure) {
        let outcome = CallOutcome(
            intent: call.intent,
            state: state,
            record: record,
            outputs: outputs,
            reason: reason
        )
        try await journal(sent) { () throws(SinkError) in try await calls.sink.settle(outcome) }
    }

    private func journal(_ sent: Int, _ note: () async throws(SinkError) -> Void) async throws(CallFailure) {
        do throws(SinkError) {
            try await note()
        } catch {
            throw CallFailure(failure: RunFailure(error, step: step.id), attempts: sent, isEffectOpen: true)
        }
    }

    /// What is left of the answer to a call of before the run was interrupted: for the outputs.
    private func kept(_ outcome: CallOutcome) -> CallAnswer {
        guard outcome.outputs.isEmpty else {
            var answer = replayed(0)
            answer.outputs = outcome.outputs
            return answer
        }
        // A journal of before outputs were kept there. With a selector the record holds what that selects, not the answer.
        guard !step.outputs.isEmpty, calls.planned.dataSelector == nil else { return replayed(0) }
        return replayed(0, OutcomeRecord.answer(in: outcome.record))
    }

    private func replayed(_ attempts: Int, _ document: JSONValue? = nil) -> CallAnswer {
        let facts = PageFacts(records: 1, document: document, fields: [], url: calls.services.base, fingerprint: 0)
        return CallAnswer(facts: facts, attempts: attempts, status: 0)
    }
}
