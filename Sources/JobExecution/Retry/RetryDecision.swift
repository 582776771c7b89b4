package import JobSpec

/// The retry table for one request: a machine that is told how each attempt ended and says what to do.
///
/// | what happened | idempotent | unsafe |
/// |---|---|---|
/// | not sent | retry | retry |
/// | 429, 503 | retry | retry (503 can be switched off) |
/// | 408, 500, 502, 504, lost after sending, timeout, broken body | retry | unknown outcome |
/// | other 4xx, a certificate that can't be verified, a proxy that refuses the credentials | final | final |
///
/// What the table leaves open: other statuses of 5xx are final for what is idempotent and unknown for what is unsafe, but
/// for 501 and 505, which say that nothing was done. 1xx and 3xx are final here; redirects are followed before.
/// A 4xx that `retryable_status_codes` names is retried for any method, for a 4xx reports that nothing was done;
/// 408 alone does not.
package struct RetryDecision: Sendable {
    package let policy: RetryPolicy
    package let repeatability: Repeatability
    /// When the first attempt began, on ``RunClock``.
    package let startedAt: Duration
    /// When the step or the run must have ended, on ``RunClock``.
    package let deadline: Duration?
    /// How many attempts have ended.
    package private(set) var attempts = 0

    package init(policy: RetryPolicy, repeatability: Repeatability, startedAt: Duration, deadline: Duration? = nil) {
        self.policy = policy
        self.repeatability = repeatability
        self.startedAt = startedAt
        self.deadline = deadline
    }

    /// Counts an attempt that has ended and decides.
    ///
    /// - Parameters:
    ///   - now: the present on ``RunClock``.
    ///   - wallNow: the present on ``WallClock``.
    ///   - budget: gets a token back on success and pays for a retry, after everything else has allowed it.
    package mutating func next(
        after outcome: AttemptOutcome,
        now: Duration,
        wallNow: Duration,
        budget: RetryBudget,
        using random: inout some RandomNumberGenerator
    ) -> RetryAction {
        attempts += 1
        switch verdict(on: outcome) {
        case .success:
            budget.deposit()
            return .succeed
        case .final: return .giveUp(.final)
        case .cancelled: return .giveUp(.cancelled)
        case .unknown: return .unknownOutcome
        case .repeatable(let retryAfter):
            let refusal = refusal(retryAfter: retryAfter, wallNow: wallNow)
            guard attempts < policy.maxAttempts else { return refusal(.attemptsExhausted(attempts)) }
            if let retryAfter, retryAfter > policy.maxRetryAfter { return refusal(.outOfTime) }
            let backoff = Backoff.delay(retry: attempts, policy: policy, using: &random)
            let wait = max(backoff, retryAfter ?? .zero)
            let end = min(startedAt + policy.maxDuration, deadline ?? startedAt + policy.maxDuration)
            guard now + wait < end else { return refusal(.outOfTime) }
            guard budget.withdraw() else { return refusal(.budgetExhausted) }
            return .retry(after: wait)
        }
    }

    /// Where the server said when to come back, that is more useful than any reason for not waiting here.
    private func refusal(retryAfter: Duration?, wallNow: Duration) -> (GiveUpReason) -> RetryAction {
        { reason in retryAfter.map { .tryAgainLater(at: wallNow + $0) } ?? .giveUp(reason) }
    }

    private enum Verdict {
        case success, final, unknown, cancelled
        case repeatable(retryAfter: Duration?)
    }

    private func verdict(on outcome: AttemptOutcome) -> Verdict {
        switch outcome {
        case .response(let status, let retryAfter): verdict(onStatus: status, retryAfter: retryAfter)
        case .brokenBody: ifIdempotent(.repeatable(retryAfter: nil))
        case .transport(let error): verdict(on: error)
        }
    }

    private func verdict(onStatus status: Int, retryAfter: Duration?) -> Verdict {
        let again: Verdict = policy.retries(status: status) ? .repeatable(retryAfter: retryAfter) : .final
        return switch status {
        case 200..<300: .success
        case 408: ifIdempotent(again)
        case 400..<500: again
        case 503: policy.retryUnsafeOn503 ? again : ifIdempotent(again)
        case 501, 505: again
        case 500..<600: ifIdempotent(again)
        default: .final
        }
    }

    private func verdict(on error: TransportError) -> Verdict {
        switch error {
        case .notSent, .timedOut(sent: false): .repeatable(retryAfter: nil)
        case .lost, .timedOut(sent: true), .invalidAnswer: ifIdempotent(.repeatable(retryAfter: nil))
        case .invalidRequest, .untrusted, .refusedByProxy: .final
        case .receiver: ifIdempotent(.final)
        case .cancelled: ifIdempotent(.cancelled)
        }
    }

    /// For outcomes that leave open whether the server acted.
    private func ifIdempotent(_ verdict: Verdict) -> Verdict {
        repeatability == .idempotent ? verdict : .unknown
    }
}
