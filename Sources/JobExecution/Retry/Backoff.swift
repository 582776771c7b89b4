package import JobSpec

/// How long to wait before another attempt: exponential, with full jitter.
///
/// Before retry `n` the wait is drawn evenly from zero to `min(max_backoff, initial_backoff × multiplier^(n−1))`. Drawing
/// from the whole range spreads the callers that failed together better than adding a little noise does.
/// Source: M. Brooker, "Exponential backoff and jitter", AWS Architecture Blog, 2015.
package enum Backoff {
    /// The longest wait before a retry.
    ///
    /// The growth is computed in floating point and capped there, before it becomes an integer: it can't overflow,
    /// whatever the policy says.
    ///
    /// - Parameter retry: 1 for the second attempt, 2 for the third, and so on.
    package static func ceiling(retry: Int, policy: RetryPolicy) -> Duration {
        let cap = max(policy.maxBackoff, .zero)
        let multiplier = policy.backoffMultiplier >= 1 ? policy.backoffMultiplier : 1
        let growth = power(multiplier, max(retry, 1) - 1)
        let seconds = max(policy.initialBackoff, .zero) / .seconds(1) * growth
        // Not `<=`: NaN, from zero times infinity, must land on a bound as well.
        guard seconds < cap / .seconds(1) else { return seconds.isNaN ? .zero : cap }
        return min(.seconds(seconds), cap)
    }

    /// A wait before a retry, drawn evenly from zero to ``ceiling(retry:policy:)``, in steps of a nanosecond.
    package static func delay(
        retry: Int,
        policy: RetryPolicy,
        using random: inout some RandomNumberGenerator
    ) -> Duration {
        let (seconds, attoseconds) = ceiling(retry: retry, policy: policy).components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let nanoseconds = overflow ? Int64.max - 1_000_000_000 : scaled
        return .nanoseconds(Int64.random(in: 0...(nanoseconds + attoseconds / 1_000_000_000), using: &random))
    }

    /// `base` to the power of `exponent`, by squaring: no C library needed.
    private static func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, square, remaining) = (1.0, base, exponent)
        while remaining > 0 {
            if remaining & 1 == 1 { result *= square }
            square *= square
            remaining >>= 1
        }
        return result
    }
}
