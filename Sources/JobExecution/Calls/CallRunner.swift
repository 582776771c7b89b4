import JSONBytes
import JobPlan
import JobSpec

/// Makes one call: signs, sends, follows redirects, renews a refused token, retries as the table says.
struct CallRunner: Sendable {
    let planned: PlannedStep
    let services: RunServices
    let limiter: RateLimiter?
    let sink: any RecordSink
    let turn: PageTurn
    /// Bytes that one call may hold back before its turn.
    let pageLimit: Int
    /// When the step must have ended, on the run's clock.
    let deadline: Duration?

    private var step: Step { planned.step }

    /// Runs a call to its end, well or badly.
    func landing(of call: Call) async -> CallLanding {
        do throws(CallFailure) {
            let answer = try await perform(call)
            return CallLanding(ticket: call.ticket, result: .success(answer))
        } catch {
            return CallLanding(ticket: call.ticket, result: .failure(error))
        }
    }

    /// Runs a call to its end. The records are in the sink, not yet committed, when it returns.
    func perform(_ call: Call) async throws(CallFailure) -> CallAnswer {
        var decision = RetryDecision(
            policy: planned.retry,
            repeatability: Repeatability(
                method: call.request.method,
                hasIdempotencyKey: step.idempotencyKey != nil
            ),
            startedAt: services.clock.now,
            deadline: deadline
        )
        var rule = AuthorizationRule()
        var sent = 0
        var isEffectOpen = false
        var lastBody: [UInt8] = []
        while true {
            let output = PageOutput(sink: sink, turn: turn, ticket: call.ticket, limit: pageLimit)
            do throws(RunFailure) {
                sent += 1
                let attempt = try await attempt(call, output: output)
                lastBody = attempt.receiver.refusal
                isEffectOpen = isEffectOpen || attempt.leavesEffectOpen
                switch try await judge(attempt, &decision, &rule, sent: sent) {
                case .accept(let facts):
                    return CallAnswer(
                        facts: facts,
                        attempts: sent,
                        status: attempt.status ?? 0,
                        body: planned.isWrite ? attempt.receiver.kept : []
                    )
                case .again(let delay):
                    try takeBack(output)
                    try await pause(delay)
                case .fail(let failure):
                    // A 2xx that the job doesn't take for a success may have taken effect all the same: only a criterion
                    // on its content, which the span is that of, says that it has not.
                    if attempt.error == nil, (200...299).contains(attempt.status ?? 0), failure.span == nil {
                        isEffectOpen = true
                    }
                    try takeBack(output)
                    throw failure
                }
            } catch {
                throw CallFailure(
                    failure: complete(error, call, attempt: sent),
                    attempts: sent,
                    isEffectOpen: isEffectOpen,
                    body: lastBody
                )
            }
        }
    }

    private enum Judgement {
        case accept(PageFacts)
        case again(after: Duration)
        case fail(RunFailure)
    }

    // MARK: - One attempt

    private func attempt(_ call: Call, output: PageOutput) async throws(RunFailure) -> Attempt {
        var request = call.request
        var hops = 0
        while true {
            try await admit()
            let token = try await token()
            let url = WebURL(request.url)
            // A token never leaves its origin (RFC 6750 section 5.3).
            if url?.origin == services.base.origin { request.fields.set("Authorization", token.authorization.value) }
            let receiver = PageReceiver(mode: mode, isSuccess: isSuccess, output: output)
            let timeout = try timeout()
            var failure: TransportError?
            do throws(TransportError) {
                try await services.transport.send(request, timeout: timeout, receiver: receiver)
            } catch {
                failure = error
            }
            let attempt = Attempt(
                request: request,
                url: url,
                token: token,
                receiver: receiver,
                error: failure,
                output: output
            )
            guard failure == nil, let status = attempt.status, Redirect.isRedirect(status), !isSuccess(status) else {
                return attempt
            }
            hops += 1
            request = try Redirect.follow(request, status: status, fields: attempt.fields, from: url, hops: hops)
        }
    }

    private func admit() async throws(RunFailure) {
        for limiter in [services.rateLimiter] + (limiter.map { [$0] } ?? []) {
            do throws(RateLimiter.Refusal) {
                try await limiter.acquire(deadline: deadline)
            } catch {
                switch error {
                case .cancelled: throw RunFailure(.cancelled, "the run was stopped")
                case .tooLate:
                    throw RunFailure(
                        .outOfTime,
                        "the rate limit leaves no room before the step's time is up",
                        help: ["raise the `timeout` of the step or the job, or its `rate_limit`"]
                    )
                }
            }
        }
    }

    private func token() async throws(RunFailure) -> AccessToken {
        do throws(TokenError) {
            return try await services.tokens.token(planned.token)
        } catch {
            throw RunFailure(error, wallClock: services.wallClock)
        }
    }

    private func timeout() throws(RunFailure) -> Duration {
        guard let deadline else { return step.request.timeout }
        let left = deadline - services.clock.now
        guard left > .zero else { throw timeIsUp }
        return min(step.request.timeout, left)
    }

    private var timeIsUp: RunFailure {
        RunFailure(.outOfTime, "the step's time is up", help: ["raise the `timeout` of the step or the job"])
    }

    private var mode: PageReceiver.Mode {
        if step.request.method == .head { return .none }
        // The effect has happened whatever the answer looks like: it is kept as it is.
        if planned.isWrite { return .keep }
        return planned.streamingPath.map { .stream($0) } ?? .whole
    }

    private var isSuccess: @Sendable (Int) -> Bool {
        let codes = step.successCriteria.compactMap { if case .status(let codes) = $0 { codes } else { nil } }
        guard codes.isEmpty else { return { status in codes.allSatisfy { $0.contains(status) } } }
        let takesPart = takesPart
        return { (200...299).contains($0) && ($0 != 206 || takesPart) }
    }

    /// Whether 206 is as good as 200. It only answers a request with `Range` (RFC 9110 section 15.3.7): without one, a
    /// cache has given part of its copy, and the rest would be missing without a word. A write has had its effect.
    private var takesPart: Bool {
        planned.isWrite || step.request.headers.contains { HTTPFields.sameName($0.name, "Range") }
    }

    // MARK: - What it means

    private func judge(
        _ attempt: Attempt,
        _ decision: inout RetryDecision,
        _ rule: inout AuthorizationRule,
        sent: Int
    ) async throws(RunFailure) -> Judgement {
        if let status = attempt.status, attempt.error == nil, !isSuccess(status) {
            let isGranted = planned.scopes.isSubset(of: attempt.token.granted)
            switch rule.receive(status: status, isGranted: isGranted) {
            case .proceed: break
            case .fail(let reason): return .fail(.refused(attempt, reason, planned))
            case .refreshAndReplay:
                await services.tokens.refused(planned.token, token: attempt.token)
                try await report(.tokenRefused(step.id, planned.token, status: status))
                return .again(after: .zero)
            }
        }
        let outcome: AttemptOutcome
        var facts: PageFacts?
        switch await read(attempt) {
        case .page(let page): (outcome, facts) = (.response(status: 200, retryAfter: nil), page)
        case .outcome(let other): outcome = other
        case .unusable(let failure): return .fail(failure)
        }
        var random = services.random
        let action = decision.next(
            after: outcome,
            now: services.clock.now,
            wallNow: services.wallClock.now(),
            budget: services.budget,
            using: &random
        )
        switch action {
        case .succeed:
            guard let facts else { return .fail(RunFailure(.protocolViolation, "the answer has no content")) }
            return .accept(facts)
        case .retry(let delay):
            if case .response(_, let retryAfter?) = outcome {
                await services.rateLimiter.hold(until: services.clock.now + retryAfter)
            }
            try await report(
                .retrying(
                    step.id,
                    request: attempt.summary,
                    attempt: sent,
                    reason: OutcomeText.describe(outcome),
                    delay: delay
                )
            )
            return .again(after: delay)
        case .giveUp(.outOfTime) where deadline.map { services.clock.now >= $0 } ?? false: return .fail(timeIsUp)
        case .giveUp(let reason): return .fail(.failed(attempt, outcome, reason))
        case .unknownOutcome: return .fail(.unknown(attempt, outcome))
        case .tryAgainLater(let time): return .fail(.later(attempt, outcome, at: time))
        }
    }

    /// What an attempt brought.
    private enum Reading {
        /// A success whose records are in the file.
        case page(PageFacts)
        /// Something that the retry table knows.
        case outcome(AttemptOutcome)
        /// A success, whatever the method, that this run can't use: another attempt would not change that.
        case unusable(RunFailure)
    }

    /// Reads the outcome of an attempt; for a success, waits for its turn and checks that the body is whole.
    private func read(_ attempt: Attempt) async -> Reading {
        if let error = attempt.error {
            if case .receiver(let cause) = error { return read(cause, attempt) }
            return .outcome(.transport(error))
        }
        guard let head = attempt.receiver.head else {
            return .outcome(.transport(.invalidAnswer(reason: "the answer has no head")))
        }
        guard isSuccess(head.status) else {
            if head.status == 206, !takesPart { return .unusable(.partial(attempt)) }
            // A 2xx that the job's own criteria exclude is as final as a refusal.
            let isExcluded = (200...299).contains(head.status)
            return .outcome(
                isExcluded
                    ? .response(status: 400, retryAfter: nil) : AttemptOutcome(head, wallNow: services.wallClock.now())
            )
        }
        do {
            let content = try attempt.receiver.finish(selector: planned.dataSelector)
            // A write is journaled before it waits for its turn.
            if !planned.isWrite { try await attempt.output.flushInTurn() }
            try check(content)
            let facts = PageFacts(
                records: content.records,
                document: content.document,
                fields: head.fields,
                url: attempt.url ?? services.base,
                fingerprint: attempt.output.fingerprint
            )
            return .page(facts)
        } catch {
            return read(error, attempt)
        }
    }

    /// What it means that this side could not take a success in.
    private func read(_ cause: any Error, _ attempt: Attempt) -> Reading {
        if let reason = OutcomeText.brokenBody(cause) { return .outcome(.brokenBody(reason: reason)) }
        return RunFailure(cause, of: attempt).map { .unusable($0) } ?? .outcome(.transport(.receiver(cause)))
    }

    /// The job's own criteria on the content of the answer.
    private func check(_ content: PageContent) throws {
        for case .jsonPath(let path) in step.successCriteria {
            guard let document = content.document else {
                throw RunFailure(
                    .protocolViolation,
                    "the answer holds no JSON: the criterion `\(path.value.source)` can't be judged",
                    help: ["compare the step's `success_criteria` with a real answer of the API"]
                )
            }
            guard try path.value.values(in: document).isEmpty else { continue }
            throw RunFailure(
                .refused,
                "the answer doesn't meet the criterion `\(path.value.source)`",
                help: ["the criterion is one of the step's `success_criteria`"],
                span: path.span
            )
        }
    }

    private func takeBack(_ output: PageOutput) throws(RunFailure) {
        guard output.hasReachedSink else { return }
        do throws(SinkError) { try sink.rollback() } catch { throw RunFailure(error) }
    }

    private func pause(_ delay: Duration) async throws(RunFailure) {
        guard delay > .zero else { return }
        do { try await services.clock.sleep(for: delay) } catch { throw RunFailure(.cancelled, "the run was stopped") }
    }

    private func report(_ event: RunEvent) async throws(RunFailure) {
        do throws(SinkError) { try await services.report(event) } catch { throw RunFailure(error) }
    }

    /// Fills in what only the call knows.
    private func complete(_ failure: RunFailure, _ call: Call, attempt: Int) -> RunFailure {
        var failure = failure
        failure.step = failure.step ?? step.id
        failure.request = failure.request ?? call.summary
        failure.attempt = failure.attempt ?? attempt
        return failure
    }
}

/// One attempt that has ended.
struct Attempt: Sendable {
    let request: HTTPRequest
    let url: WebURL?
    let token: AccessToken
    let receiver: PageReceiver
    let error: TransportError?
    let output: PageOutput

    var status: Int? { receiver.head?.status }
    var fields: HTTPFields { receiver.head?.fields ?? [] }
    var summary: String { "\(request.method) \(request.url)" }

    /// Whether the server may have acted although no success was seen.
    var leavesEffectOpen: Bool {
        switch error {
        case .notSent?, .untrusted?, .timedOut(sent: false)?, .invalidRequest?: return false
        case .some: return true
        case nil: break
        }
        return switch status ?? 0 {
        // 501, 503 and 505 say that nothing was done.
        case 501, 503, 505: false
        case 408, 500...: true
        default: false
        }
    }
}
