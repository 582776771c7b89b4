/// How hard a call is tried again: the `retry` key of an environment or a step.
///
/// Whether an outcome may be tried again at all is the retry table's business (`RetryDecision`); this only sets bounds.
package struct RetryPolicy: Hashable, Sendable {
    /// `max_attempts`: how often a request is sent at most, the first time included. 1 means no retry.
    package var maxAttempts: Int
    /// `initial_backoff`: the longest wait before the second attempt.
    package var initialBackoff: Duration
    /// `backoff_multiplier`: by how much the longest wait grows with each further attempt; at least 1.
    package var backoffMultiplier: Double
    /// `max_backoff`: what the longest wait never exceeds. It does not bound a `Retry-After`.
    package var maxBackoff: Duration
    /// `max_duration`: the time from the first attempt within which the last one must begin.
    package var maxDuration: Duration
    /// `max_retry_after`: the longest `Retry-After` that is waited for. Above it the run ends with the time at which
    /// it is worth trying again, for a scheduler can wait more cheaply than a process.
    package var maxRetryAfter: Duration
    /// `retryable_status_codes`: replaces ``standardStatusCodes`` where it is given. A write stays protected: a listed
    /// status that leaves its effect open (408 and most of 5xx) is still not repeated without an idempotency key.
    package var retryableStatusCodes: Set<Int>?
    /// `retry_unsafe_on_503`: whether a POST or PATCH is repeated after 503. Off, the outcome of such a call is unknown.
    package var retryUnsafeOn503: Bool

    /// The statuses that are worth another attempt unless the job says otherwise.
    package static let standardStatusCodes: Set<Int> = [408, 429, 500, 502, 503, 504]

    /// The policy of a job that says nothing about retries.
    package static let standard = RetryPolicy()

    package init(
        maxAttempts: Int = 5,
        initialBackoff: Duration = .seconds(1),
        backoffMultiplier: Double = 2,
        maxBackoff: Duration = .seconds(60),
        maxDuration: Duration = .seconds(600),
        maxRetryAfter: Duration = .seconds(300),
        retryableStatusCodes: Set<Int>? = nil,
        retryUnsafeOn503: Bool = true
    ) {
        self.maxAttempts = maxAttempts
        self.initialBackoff = initialBackoff
        self.backoffMultiplier = backoffMultiplier
        self.maxBackoff = maxBackoff
        self.maxDuration = maxDuration
        self.maxRetryAfter = maxRetryAfter
        self.retryableStatusCodes = retryableStatusCodes
        self.retryUnsafeOn503 = retryUnsafeOn503
    }

    /// Whether a status is worth another attempt under this policy.
    package func retries(status: Int) -> Bool {
        (retryableStatusCodes ?? Self.standardStatusCodes).contains(status)
    }
}
