import Diagnostics
import YAMLReader

/// Reads `retry` and `rate_limit`, which steps, jobs and environments share.
struct SettingsDecoder {
    static let rateLimitKeys = ["requests", "per"]
    static let retryKeys = [
        "max_attempts", "initial_backoff", "backoff_multiplier", "max_backoff", "max_duration", "max_retry_after",
        "retryable_status_codes", "retry_unsafe_on_503",
    ]
    private static let retryAliases: [String: Fields.Advice] = [
        "attempts": .means("max_attempts"),
        "max_retries": "write `max_attempts`: the first try counts too",
        "backoff": "write `initial_backoff: 1s` and `backoff_multiplier: 2`",
        "delay": .means("initial_backoff"),
    ]

    let problems: Problems

    func retry(_ node: YAMLNode) -> RetryPolicy? {
        guard
            let fields = Fields(
                node,
                what: "`retry`",
                keys: Self.retryKeys,
                problems: problems,
                aliases: Self.retryAliases,
                example: "{ max_attempts: \(max(1, Int(node.text) ?? 5)) }"
            )
        else { return nil }
        var policy = RetryPolicy()
        if let value = fields.int("max_attempts", in: 1...1_000) { policy.maxAttempts = value }
        if let value = fields.duration("initial_backoff") { policy.initialBackoff = value }
        if let value = fields.double("backoff_multiplier", in: 1...100) { policy.backoffMultiplier = value }
        if let value = fields.duration("max_backoff") { policy.maxBackoff = value }
        if let value = fields.duration("max_duration") { policy.maxDuration = value }
        if let value = fields.duration("max_retry_after") { policy.maxRetryAfter = value }
        if let value = fields.bool("retry_unsafe_on_503") { policy.retryUnsafeOn503 = value }
        if let nodes = fields.list("retryable_status_codes") {
            policy.retryableStatusCodes = StatusCodes.decode(nodes, problems: problems)
        }
        if policy.maxBackoff < policy.initialBackoff {
            let (initial, longest) = (
                DurationText.format(policy.initialBackoff), DurationText.format(policy.maxBackoff)
            )
            problems.error(
                "out-of-range",
                "`max_backoff` (\(longest)) is shorter than `initial_backoff` (\(initial))",
                at: fields["max_backoff"]?.span ?? fields["initial_backoff"]?.span ?? node.span,
                help: "write `max_backoff: \(initial)` or more"
            )
        }
        return policy
    }

    /// `{ requests: 10, per: 1s }`.
    func rateLimit(_ node: YAMLNode) -> RateLimit? {
        guard
            let fields = Fields(
                node,
                what: "`rate_limit`",
                keys: Self.rateLimitKeys,
                problems: problems,
                example: "{ requests: 10, per: 1s }"
            )
        else { return nil }
        guard fields["requests"] != nil else {
            fields.missing("requests", help: "write `{ requests: 10, per: 1s }`")
            return nil
        }
        guard let requests = fields.int("requests", in: 1...1_000_000) else { return nil }
        let interval = fields.duration("per") ?? .seconds(1)
        guard interval > .zero else {
            problems.error(
                "out-of-range",
                "`per` is longer than nothing",
                at: fields["per"]?.span ?? node.span,
                help: "write `per: 1s`"
            )
            return nil
        }
        return RateLimit(requests: requests, interval: interval)
    }
}
