import Crypto
import JSONBytes
import JobSpec

extension Plan {
    /// Writes the plan down and hashes it.
    init(
        job: Job,
        environment: Environment,
        tokens: [PlannedToken],
        steps: [PlannedStep],
        skipped: [SkippedStep],
        isProvedSmallest: Bool
    ) {
        func plan(_ document: [UInt8], hash: String) -> Plan {
            Plan(
                job: job,
                environment: environment,
                tokens: tokens,
                steps: steps,
                skipped: skipped,
                isProvedSmallest: isProvedSmallest,
                document: document,
                hash: hash
            )
        }
        let draft = plan([], hash: "")
        var json = JSONText()
        var hash = ""
        json.object { json in
            json.name("plan")
            let start = json.bytes.count
            draft.write(into: &json)
            hash = HexText.lowercase(SHA256.hash(data: json.bytes[start...]))
            json.member("hash", hash)
        }
        self = plan(json.bytes, hash: hash)
    }

    /// Everything that decides what is sent, in a fixed order.
    private func write(into json: inout JSONText) {
        json.object { json in
            json.member("version", 1)
            json.member("job", job.name.name)
            json.name("environment")
            environment.write(into: &json)
            json.member("timeout", orNull: job.timeout.map(DurationText.format))
            json.member("token_strategy", job.tokens.rawValue)
            json.member("proved_smallest", isProvedSmallest)
            json.array("tokens") { json in for token in tokens { token.write(into: &json) } }
            json.object("vars") { json in
                for variable in job.vars {
                    json.name(escaping: variable.name)
                    variable.value.write(into: &json)
                }
            }
            json.array("steps") { json in
                var retry = WrittenRetry()
                for (index, step) in steps.enumerated() {
                    let start = json.bytes.count
                    step.write(into: &json, &retry)
                    // The steps of a long job are mostly alike.
                    if index == 0 { json.reserve((json.bytes.count - start + 16) * steps.count) }
                }
            }
            json.array("skipped") { json in
                for skipped in skipped {
                    json.object { json in
                        json.member("id", skipped.step.id.name)
                        json.member("reason", skipped.reason.rawValue)
                    }
                }
            }
        }
    }
}

extension Environment {
    fileprivate func write(into json: inout JSONText) {
        json.object { json in
            json.member("name", name)
            json.member("production", isProduction)
            json.member("client_auth", clientAuth.rawValue)
            // Credentials are references to secrets, never secrets: the job's decoder sees to that.
            if let tokenURL { json.member("token_url", tokenURL.source) }
            if let audience { json.member("audience", audience.source) }
            if let baseURL { json.member("base_url", baseURL.source) }
            if let clientID { json.member("client_id", clientID.source) }
            if let clientSecret { json.member("client_secret", clientSecret.source) }
            if let caFile { json.member("ca_file", caFile.value) }
            if let proxy { json.member("proxy", proxy) }
            // Token requests are repeated by the environment's own policy.
            json.name("retry")
            (retry ?? .standard).write(into: &json)
            if let rateLimit {
                json.name("rate_limit")
                rateLimit.write(into: &json)
            }
            if let sandbox {
                json.name("sandbox")
                sandbox.write(into: &json)
            }
        }
    }
}

extension PlannedToken {
    fileprivate func write(into json: inout JSONText) {
        json.object { json in
            json.member("id", id.name)
            json.member("scopes", scopes.lazy.map(\.name))
            json.array("reasons") { json in
                for reason in reasons {
                    json.object { json in
                        json.member("scope", reason.scope.name)
                        json.member("steps", reason.calls.lazy.map(\.description))
                    }
                }
            }
        }
    }
}

/// The policy that was written last: most steps of a job have the same, and its eight members are costly to format.
private struct WrittenRetry {
    private var last: (policy: RetryPolicy, text: JSONText)?

    mutating func text(of policy: RetryPolicy) -> JSONText {
        if let last, last.policy == policy { return last.text }
        var text = JSONText()
        policy.write(into: &text)
        last = (policy, text)
        return text
    }
}

extension PlannedStep {
    fileprivate func write(into json: inout JSONText, _ written: inout WrittenRetry) {
        let retry = written.text(of: retry)
        json.object { json in
            json.member("id", step.id.name)
            json.member("token", token.name)
            json.member("scopes", scopes.sorted().lazy.map(\.name))
            json.name("request")
            step.request.write(into: &json)
            json.name("paginator")
            paginator.write(into: &json)
            json.member("data_selector", orNull: dataSelector?.source)
            json.member("concurrency", step.concurrency)
            json.member("on_error", step.onError.rawValue)
            json.name("retry")
            json.value(retry)
            if case .operation(let path) = authority { json.member("operation", path) }
            if let condition = step.condition { json.member("if", condition.source) }
            writeItemsAndSafety(into: &json)
            if let timeout = step.timeout { json.member("timeout", DurationText.format(timeout)) }
            if let limit = step.rateLimit {
                json.name("rate_limit")
                limit.write(into: &json)
            }
            if !step.successCriteria.isEmpty {
                json.array("success_criteria") { json in
                    for criterion in step.successCriteria { criterion.write(into: &json) }
                }
            }
            if !step.outputs.isEmpty {
                json.object("output") { json in
                    for output in step.outputs {
                        json.name(escaping: output.name)
                        json.string(output.path.source)
                    }
                }
            }
        }
    }

    private func writeItemsAndSafety(into json: inout JSONText) {
        if let forEach = step.forEach {
            json.name("for_each")
            forEach.write(into: &json)
        }
        if let size = step.batchSize { json.member("batch_size", size) }
        if let most = step.maxFailures {
            json.name("max_failures")
            most.write(into: &json)
        }
        if let key = step.idempotencyKey {
            json.name("idempotency_key")
            key.write(into: &json)
        }
        guard let reconcile = step.reconcile else { return }
        json.object("reconcile") { json in
            json.member("token", orNull: reconcileToken?.name)
            json.member("scopes", reconcileScopes.sorted().lazy.map(\.name))
            json.name("request")
            reconcile.request.write(into: &json)
            json.member("found", reconcile.found.value.source)
            if case .operation(let path)? = reconcileAuthority { json.member("operation", path) }
        }
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
