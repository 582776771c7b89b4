import Crypto
package import JSONBytes
import JobSpec

extension Plan {
    /// The plan for programs: everything that decides what is sent, in a fixed order.
    package var json: JSONValue { .object([JSONMember("plan", content), JSONMember("hash", .string(hash))]) }

    /// The same plan with its hash worked out.
    func hashed() -> Plan {
        let digest = SHA256.hash(data: Array(content.jsonText.utf8))
        return Plan(
            job: job,
            environment: environment,
            tokens: tokens,
            steps: steps,
            skipped: skipped,
            isProvedSmallest: isProvedSmallest,
            hash: HexText.lowercase(digest)
        )
    }

    private var content: JSONValue {
        .object([
            JSONMember("version", .number(1)),
            JSONMember("job", .string(job.name.name)),
            JSONMember("environment", environmentJSON),
            JSONMember("timeout", job.timeout.map { .string(DurationText.format($0)) } ?? .null),
            JSONMember("token_strategy", .string(job.tokens.rawValue)),
            JSONMember("proved_smallest", .bool(isProvedSmallest)),
            JSONMember("tokens", .array(tokens.map(Self.json))),
            JSONMember("vars", .object(job.vars.map { JSONMember($0.name, $0.value.sourceJSON) })),
            JSONMember("steps", .array(steps.map(Self.json))),
            JSONMember(
                "skipped",
                .array(
                    skipped.map {
                        ["id": .string($0.step.id.name), "reason": .string($0.reason.rawValue)] as JSONValue
                    }
                )
            ),
        ])
    }

    private var environmentJSON: JSONValue {
        var members = [
            JSONMember("name", .string(environment.name)),
            JSONMember("production", .bool(environment.isProduction)),
            JSONMember("client_auth", .string(environment.clientAuth.rawValue)),
        ]
        // Credentials are references to secrets, never secrets: the job's decoder sees to that.
        for (name, template) in [
            ("token_url", environment.tokenURL), ("audience", environment.audience), ("base_url", environment.baseURL),
            ("client_id", environment.clientID), ("client_secret", environment.clientSecret),
        ] {
            if let template { members.append(JSONMember(name, .string(template.source))) }
        }
        if let file = environment.caFile { members.append(JSONMember("ca_file", .string(file.value))) }
        if let proxy = environment.proxy { members.append(JSONMember("proxy", .string(proxy))) }
        // Token requests are repeated by the environment's own policy.
        members.append(JSONMember("retry", Self.json(environment.retry ?? .standard)))
        if let limit = environment.rateLimit { members.append(JSONMember("rate_limit", Self.json(limit))) }
        if let sandbox = environment.sandbox { members.append(JSONMember("sandbox", sandbox.sourceJSON)) }
        return .object(members)
    }

    private static func json(_ token: PlannedToken) -> JSONValue {
        [
            "id": .string(token.id.name),
            "scopes": .array(token.scopes.map { .string($0.name) }),
            "reasons": .array(
                token.reasons.map { reason in
                    [
                        "scope": .string(reason.scope.name),
                        "steps": .array(reason.calls.map { .string($0.description) }),
                    ]
                }
            ),
        ]
    }

    private static func json(_ planned: PlannedStep) -> JSONValue {
        let step = planned.step
        var members = [
            JSONMember("id", .string(step.id.name)),
            JSONMember("token", .string(planned.token.name)),
            JSONMember("scopes", .array(planned.scopes.sorted().map { .string($0.name) })),
            JSONMember("request", step.request.sourceJSON),
            JSONMember("paginator", planned.paginator.sourceJSON),
            JSONMember("data_selector", planned.dataSelector.map { .string($0.source) } ?? .null),
            JSONMember("concurrency", .number(step.concurrency)),
            JSONMember("on_error", .string(step.onError.rawValue)),
            JSONMember("retry", json(planned.retry)),
        ]
        if case .operation(let path) = planned.authority { members.append(JSONMember("operation", .string(path))) }
        if let condition = step.condition { members.append(JSONMember("if", .string(condition.source))) }
        if let forEach = step.forEach { members.append(JSONMember("for_each", forEach.sourceJSON)) }
        if let size = step.batchSize { members.append(JSONMember("batch_size", .number(size))) }
        if let most = step.maxFailures { members.append(JSONMember("max_failures", most.sourceJSON)) }
        if let key = step.idempotencyKey { members.append(JSONMember("idempotency_key", key.sourceJSON)) }
        if let reconcile = step.reconcile { members.append(JSONMember("reconcile", json(reconcile, of: planned))) }
        if let timeout = step.timeout { members.append(JSONMember("timeout", .string(DurationText.format(timeout)))) }
        if let limit = step.rateLimit { members.append(JSONMember("rate_limit", json(limit))) }
        if !step.successCriteria.isEmpty {
            members.append(JSONMember("success_criteria", .array(step.successCriteria.map(\.sourceJSON))))
        }
        if !step.outputs.isEmpty {
            let outputs = step.outputs.map { JSONMember($0.name, .string($0.path.source)) }
            members.append(JSONMember("output", .object(outputs)))
        }
        return .object(members)
    }

    private static func json(_ reconcile: Reconcile, of planned: PlannedStep) -> JSONValue {
        var members = [
            JSONMember("token", planned.reconcileToken.map { .string($0.name) } ?? .null),
            JSONMember("scopes", .array(planned.reconcileScopes.sorted().map { .string($0.name) })),
            JSONMember("request", reconcile.request.sourceJSON),
            JSONMember("found", .string(reconcile.found.value.source)),
        ]
        if case .operation(let path)? = planned.reconcileAuthority {
            members.append(JSONMember("operation", .string(path)))
        }
        return .object(members)
    }

    private static func json(_ limit: RateLimit) -> JSONValue {
        ["requests": .number(limit.requests), "per": .string(DurationText.format(limit.interval))]
    }

    private static func json(_ retry: RetryPolicy) -> JSONValue {
        let codes = (retry.retryableStatusCodes ?? RetryPolicy.standardStatusCodes).sorted()
        return [
            "max_attempts": .number(retry.maxAttempts),
            "initial_backoff": .string(DurationText.format(retry.initialBackoff)),
            "backoff_multiplier": JSONNumber(lexeme: "\(retry.backoffMultiplier)").map { .number($0) } ?? .null,
            "max_backoff": .string(DurationText.format(retry.maxBackoff)),
            "max_duration": .string(DurationText.format(retry.maxDuration)),
            "max_retry_after": .string(DurationText.format(retry.maxRetryAfter)),
            "retryable_status_codes": .array(codes.map { .number($0) }),
            "retry_unsafe_on_503": .bool(retry.retryUnsafeOn503),
        ]
    }
}

/// Hexadecimal spellings.
package enum HexText {
    /// Two lower-case digits a byte.
    package static func lowercase(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes {
            text.append(digit(byte >> 4))
            text.append(digit(byte & 15))
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
