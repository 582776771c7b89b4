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
    private var answers: AnswerReader { AnswerReader(planned: planned, services: services) }

    /// Runs a call to its end, well or badly.
    func landing(of call: Call) async -> CallLanding {
        do throws(CallFailure) {
            let answer = try await perform(call)
            return CallLanding(ticket: call.ticket, result: .success(answer))
        } catch {
            return CallLanding(ticket: call.ticket, result: .failure(error))
        }
    }

    /// Runs a call to its end. The records of a read are in the sink, not yet committed, or in the answer.
    func perform(_ call: Call) async throws(CallFailure) -> CallAnswer {
        var decision = RetryDecision(
            policy: planned.retry,
            repeatability: Repeatability(planned),
            startedAt: services.clock.now,
            deadline: deadline
        )
        var rule = AuthorizationRule()
        var sent = 0
        var isEffectOpen = false
        var isEffectReported = false
        var lastBody: [UInt8] = []
        while true {
            let output = PageOutput(sink: sink, turn: turn, ticket: call.ticket, limit: pageLimit)
            do throws(RunFailure) {
                sent += 1
                let attempt = try await attempt(call, output: output, &isEffectReported)
                lastBody = attempt.refusal
                isEffectOpen = isEffectOpen || attempt.leavesEffectOpen
                switch try await judge(attempt, &decision, &rule, sent: sent) {
                case .accept(let facts):
                    return CallAnswer(
                        facts: facts,
                        attempts: sent,
                        status: attempt.status ?? 0,
                        output: planned.isWrite ? nil : output,
                        body: planned.isWrite ? attempt.receiver.kept : []
                    )
                case .again(let delay):
                    try takeBack(output)
                    try await pause(delay)
                case .fail(let failure):
                    // A 2xx that the job doesn't take for a success may have taken effect all the same: only a criterion
                    // on its content says that it has not.
                    if attempt.error == nil, (200...299).contains(attempt.status ?? 0),
                        failure.kind != .criterionNotMet
                    {
                        isEffectOpen = true
                    }
                    try takeBack(output)
                    throw failure
                }
            } catch {
                throw CallFailure(
                    failure: complete(error, call, attempt: sent),
                    attempts: sent,
                    isEffectOpen: isEffectOpen || isEffectReported,
                    isEffectReported: isEffectReported,
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

    /// - Parameter isEffectReported: set where a redirect says that the server has acted, or may say so, whatever becomes
    ///   of the attempt.
    private func attempt(
        _ call: Call,
        output: PageOutput,
        _ isEffectReported: inout Bool
    ) async throws(RunFailure) -> Attempt {
        var request = call.request
        var hops = 0
        var hasActed = false
        while true {
            let end = end(hasActed: hasActed)
            try await admit(until: end)
            let token = try await token()
            let url = WebURL(request.url)
            // A token never leaves its origin (RFC 6750 section 5.3).
            if url?.origin == services.base.origin { request.fields.set("Authorization", token.authorization.value) }
            let receiver = PageReceiver(mode: answers.mode, isSuccess: answers.isSuccess, output: output)
            let timeout = try timeout(until: end)
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
                output: output,
                redactor: services.redactor,
                hasActed: hasActed
            )
            guard failure == nil, let status = attempt.status, Redirect.isRedirect(status), !answers.isSuccess(status)
            else {
                return attempt
            }
            if Redirect.mayReportEffect(request, status: status) { (hasActed, isEffectReported) = (true, true) }
            hops += 1
            request = try Redirect.follow(request, status: status, fields: attempt.fields, from: url, hops: hops)
        }
    }

    private func admit(until end: Duration?) async throws(RunFailure) {
        for limiter in [services.rateLimiter] + (limiter.map { [$0] } ?? []) {
            do throws(RateLimiter.Refusal) {
                try await limiter.acquire(deadline: end)
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

    /// When no exchange may begin any more. What follows an effect is as much a part of the write as its answer.
    private func end(hasActed: Bool) -> Duration? { hasActed ? deadline.map { $0 + services.graceTime } : deadline }

    /// How long an exchange may take. A read is cut when the time is up, and begun again by a resume. A write would be of
    /// unknown outcome then, so one that has begun in time gets as long to end as after a signal.
    private func timeout(until end: Duration?) throws(RunFailure) -> Duration {
        guard let end, let deadline else { return step.request.timeout }
        guard services.clock.now < end else { throw timeIsUp }
        let last = planned.isWrite ? deadline + services.graceTime : deadline
        return min(step.request.timeout, last - services.clock.now)
    }

    private var timeIsUp: RunFailure {
        RunFailure(.outOfTime, "the step's time is up", help: ["raise the `timeout` of the step or the job"])
    }

    // MARK: - What it means

    private func judge(
        _ attempt: Attempt,
        _ decision: inout RetryDecision,
        _ rule: inout AuthorizationRule,
        sent: Int
    ) async throws(RunFailure) -> Judgement {
        let reading = await answers.read(attempt)
        // What followed the effect went wrong: sending the call again would have it twice.
        if attempt.hasActed, decision.repeatability == .unsafe, case .outcome(let outcome) = reading {
            return .fail(.unknown(attempt, outcome))
        }
        if let status = attempt.status, attempt.error == nil, !answers.isSuccess(status) {
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
        switch reading {
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
