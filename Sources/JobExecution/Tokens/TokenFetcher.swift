import JobSpec
import Secrets

/// Fetches one token, retries included. Holds no state between fetches.
struct TokenFetcher: Sendable {
    let credentials: ClientCredentials
    let transport: any HTTPTransport
    let policy: RetryPolicy
    let budget: RetryBudget
    let random: SharedRandom
    let clock: RunClock
    let wallClock: WallClock
    let redactor: Redactor
    /// When the run must have ended, on `clock`.
    let deadline: Duration?
    /// The longest that one attempt may take.
    let timeout: Duration

    /// What a fetch came to.
    struct Outcome: Sendable {
        let result: Result<AccessToken, TokenError>
        /// How many requests were sent.
        let attempts: Int
    }

    /// Asks for a token until there is one or another attempt is pointless.
    ///
    /// Asking twice does no harm, so the request counts as idempotent although it is a POST.
    func fetch(_ scopes: RequestedScopes) async -> Outcome {
        var decision = RetryDecision(
            policy: policy,
            repeatability: .idempotent,
            startedAt: clock.now,
            deadline: deadline
        )
        var random = random
        while true {
            let (result, outcome) = await attempt(scopes)
            let action = decision.next(
                after: outcome,
                now: clock.now,
                wallNow: wallClock.now(),
                budget: budget,
                using: &random
            )
            switch action {
            case .retry(let wait):
                guard (try? await clock.sleep(for: wait)) != nil else {
                    return Outcome(result: .failure(.cancelled), attempts: decision.attempts)
                }
            case .tryAgainLater(let instant):
                return Outcome(result: result.mapError { $0.tryAgain(at: instant) }, attempts: decision.attempts)
            case .succeed, .giveUp, .unknownOutcome:
                return Outcome(result: result, attempts: decision.attempts)
            }
        }
    }

    /// Sends one request, and says what it came to in the terms of the caller and in those of the retry table.
    private func attempt(_ scopes: RequestedScopes) async -> (Result<AccessToken, TokenError>, AttemptOutcome) {
        let requestedAt = clock.now
        let collector = BodyCollector(limit: TokenResponse.bodyLimit)
        do throws(TransportError) {
            let remaining = deadline.map { max($0 - requestedAt, .zero) } ?? timeout
            let request = TokenRequest.build(credentials, scopes: scopes)
            try await transport.send(request, timeout: min(timeout, remaining), receiver: collector)
        } catch {
            return (.failure(describe(error, status: collector.answer?.head.status ?? 0)), .transport(error))
        }
        guard let (head, body) = collector.answer else {
            let error = TransportError.invalidAnswer(reason: "no head")
            return (.failure(describe(error, status: 0)), .transport(error))
        }
        let times = TokenResponse.Times(
            requestedAt: requestedAt,
            receivedAt: clock.now,
            receivedWall: wallClock.now()
        )
        do throws(TokenError) {
            let token = try TokenResponse.parse(head, body: body, scopes: scopes, times: times, redactor: redactor)
            redactor.register(token.value)
            return (.success(token), .response(status: 200, retryAfter: nil))
        } catch {
            return (.failure(error), outcome(of: error))
        }
    }

    private func outcome(of error: TokenError) -> AttemptOutcome {
        switch error {
        case .unavailable(let unavailability):
            // A temporary error that came with a status like 400 is as good as a 503.
            let status = unavailability.status.map { $0 >= 500 || [408, 429].contains($0) ? $0 : 503 } ?? 503
            return .response(status: status, retryAfter: unavailability.retryAfter)
        case .protocolViolation(let violation) where violation.isTransient:
            return .brokenBody(reason: violation.reason)
        case .refused, .protocolViolation, .invalidConfiguration, .notPlanned, .cancelled:
            return .response(status: 400, retryAfter: nil)
        }
    }

    private func describe(_ error: TransportError, status: Int) -> TokenError {
        let text = ServerText(redactor: redactor)
        let endpoint = "the token endpoint " + (text.clean(credentials.displayURL) ?? "")
        func unavailable(_ what: String, _ reason: String? = nil, remedy: String? = nil) -> TokenError {
            let because = reason.flatMap(text.clean).map { ": \($0)" } ?? ""
            return .unavailable(
                TokenUnavailability(status: nil, reason: what + because, retryAfter: nil, remedy: remedy)
            )
        }
        switch error {
        case .notSent(let reason): return unavailable("\(endpoint) can't be reached", reason)
        case .untrusted(let reason):
            return unavailable("\(endpoint) can't be trusted", reason, remedy: OutcomeText.untrustedHelp)
        case .refusedByProxy(let reason):
            return .invalidConfiguration(reason: text.clean(reason) ?? "the proxy", remedy: OutcomeText.proxyHelp)
        case .lost(let reason): return unavailable("the connection to \(endpoint) was lost", reason)
        case .timedOut: return unavailable("\(endpoint) did not answer in time")
        case .invalidAnswer(let reason): return unavailable("the answer of \(endpoint) was not HTTP", reason)
        case .invalidRequest(let reason): return .invalidConfiguration(reason: text.clean(reason) ?? "invalid request")
        case .cancelled: return .cancelled
        case .receiver:
            let size = "the answer of \(endpoint) is longer than \(TokenResponse.bodyLimit >> 20) MiB"
            return .protocolViolation(
                TokenProtocolViolation(status: status, reason: size, hint: "is token_url right?", isTransient: false)
            )
        }
    }
}

extension TokenError {
    /// The same error with the time at which it is worth trying again.
    fileprivate func tryAgain(at instant: Duration) -> TokenError {
        guard case .unavailable(var unavailability) = self else { return self }
        unavailability.tryAgainAt = instant
        return .unavailable(unavailability)
    }
}
