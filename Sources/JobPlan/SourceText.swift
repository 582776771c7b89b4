import JSONBytes
import JobSpec

// How parts of the job file look inside of a plan: their templates stay as written, so that a plan never holds a secret.

extension TemplateValue {
    /// Writes the value, templates unresolved.
    func write(into json: inout JSONText) {
        switch self {
        case .null: json.null()
        case .bool(let flag): json.bool(flag)
        case .number(let number): json.number(number)
        case .string(let template): json.string(template.source)
        case .array(let elements): json.array { json in for element in elements { element.write(into: &json) } }
        case .object(let members):
            json.object { json in
                for member in members {
                    json.name(escaping: member.name)
                    member.value.write(into: &json)
                }
            }
        }
    }
}

extension RequestTemplate {
    func write(into json: inout JSONText) {
        json.object { json in
            json.member("method", method.rawValue)
            json.member("path", path.source)
            Self.write("params", params, into: &json)
            Self.write("headers", headers, into: &json)
            switch body {
            case .none: break
            case .json(let value):
                json.name("json")
                value.write(into: &json)
            case .form(let fields): Self.write("form", fields, into: &json)
            case .text(let text): json.member("body", text.source)
            }
            json.member("timeout", DurationText.format(timeout))
        }
    }

    private static func write(_ name: StaticString, _ fields: [Field], into json: inout JSONText) {
        guard !fields.isEmpty else { return }
        json.object(name) { json in
            for field in fields {
                json.name(escaping: field.name)
                field.value.write(into: &json)
            }
        }
    }
}

extension ForEach {
    func write(into json: inout JSONText) {
        switch self {
        case .items(let items, _): json.array { json in for item in items { item.write(into: &json) } }
        case .template(let template): json.string(template.source)
        case .csv(let input):
            json.object { json in
                json.member("csv", input.path.source)
                json.object("columns") { json in
                    for column in input.columns {
                        json.name(escaping: column.name)
                        json.string(column.type.rawValue)
                    }
                }
                json.member("delimiter", String(UnicodeScalar(input.delimiter)))
            }
        case .ndjson(let input):
            json.object { json in
                json.member("ndjson", input.path.source)
                json.member("field", orNull: input.field)
            }
        case .step(let step): json.object { $0.member("step", step.value.name) }
        }
    }
}

extension MaxFailures {
    func write(into json: inout JSONText) {
        switch self {
        case .count(let count): json.number(count)
        case .percentage: json.string(description)
        }
    }
}

extension IdempotencyKey {
    func write(into json: inout JSONText) {
        json.object { json in
            json.member("value", value?.source ?? "auto")
            json.member("header", header)
        }
    }
}

extension SuccessCriterion {
    func write(into json: inout JSONText) {
        json.object { json in
            switch self {
            case .status(let codes): json.array("status") { json in for code in codes.sorted() { json.number(code) } }
            case .jsonPath(let path): json.member("jsonpath", path.value.source)
            }
        }
    }
}

extension Paginator {
    func write(into json: inout JSONText) {
        json.object { json in
            json.member("type", type)
            switch kind {
            case .offset(let pages):
                json.member("limit", pages.limit)
                json.member("initial_offset", pages.initialOffset)
                json.member("limit_param", pages.limitParam)
                json.member("offset_param", pages.offsetParam)
                if let path = pages.totalPath { json.member("total_path", path.source) }
                json.member("stop_on_short_page", pages.stopOnShortPage)
            case .pageNumber(let pages):
                json.member("initial_page", pages.initialPage)
                json.member("page_param", pages.pageParam)
                if let path = pages.totalPath { json.member("total_path", path.source) }
            case .cursor(let pages):
                json.member("cursor_path", pages.cursorPath.source)
                json.member("cursor_param", pages.cursorParam)
            case .jsonLink(let path): json.member("next_url_path", path.source)
            case .headerLink(let relation): json.member("relation", relation)
            case .singlePage: break
            }
            json.member("max_pages", maxPages)
        }
    }
}

extension SandboxOptions {
    func write(into json: inout JSONText) {
        json.object { json in
            json.member("loans", loans)
            json.name("seed")
            if let seed = JSONNumber(lexeme: "\(seed)") { json.number(seed) } else { json.null() }
            json.member("token_ttl", orNull: tokenTTL.map(DurationText.format))
            json.member("latency", DurationText.format(latency))
            json.member("faults", orNull: faults)
            json.name("authorized_scopes")
            if let authorizedScopes {
                json.array { json in for scope in authorizedScopes { json.string(scope) } }
            } else {
                json.null()
            }
        }
    }
}

extension RateLimit {
    func write(into json: inout JSONText) {
        json.object { json in
            json.member("requests", requests)
            json.member("per", DurationText.format(interval))
        }
    }
}

extension RetryPolicy {
    func write(into json: inout JSONText) {
        json.object { json in
            json.member("max_attempts", maxAttempts)
            json.member("initial_backoff", DurationText.format(initialBackoff))
            json.name("backoff_multiplier")
            if let number = JSONNumber(lexeme: "\(backoffMultiplier)") { json.number(number) } else { json.null() }
            json.member("max_backoff", DurationText.format(maxBackoff))
            json.member("max_duration", DurationText.format(maxDuration))
            json.member("max_retry_after", DurationText.format(maxRetryAfter))
            json.array("retryable_status_codes") { json in
                for code in (retryableStatusCodes ?? Self.standardStatusCodes).sorted() { json.number(code) }
            }
            json.member("retry_unsafe_on_503", retryUnsafeOn503)
        }
    }
}
