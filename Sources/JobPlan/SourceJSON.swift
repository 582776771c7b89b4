package import JSONBytes
package import JobSpec

// How parts of the job file look inside of a plan: their templates stay as written, so that a plan never holds a secret.

extension TemplateValue {
    /// The value as JSON, templates unresolved.
    package var sourceJSON: JSONValue {
        switch self {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .number(let number): .number(number)
        case .string(let template): .string(JSONString(template.source))
        case .array(let elements): .array(elements.map(\.sourceJSON))
        case .object(let members): .object(members.map { JSONMember($0.name, $0.value.sourceJSON) })
        }
    }
}

extension RequestTemplate {
    var sourceJSON: JSONValue {
        var members = [
            JSONMember("method", .string(method.rawValue)), JSONMember("path", .string(path.source)),
        ]
        func add(_ name: String, _ fields: [Field]) {
            guard !fields.isEmpty else { return }
            members.append(JSONMember(name, .object(fields.map { JSONMember($0.name, $0.value.sourceJSON) })))
        }
        add("params", params)
        add("headers", headers)
        switch body {
        case .none: break
        case .json(let value): members.append(JSONMember("json", value.sourceJSON))
        case .form(let fields): add("form", fields)
        case .text(let text): members.append(JSONMember("body", .string(text.source)))
        }
        members.append(JSONMember("timeout", .string(DurationText.format(timeout))))
        return .object(members)
    }
}

extension ForEach {
    var sourceJSON: JSONValue {
        switch self {
        case .items(let items, _): .array(items.map(\.sourceJSON))
        case .template(let template): .string(template.source)
        case .csv(let input):
            [
                "csv": .string(input.path.source),
                "columns": .object(input.columns.map { JSONMember($0.name, .string($0.type.rawValue)) }),
                "delimiter": .string(String(UnicodeScalar(input.delimiter))),
            ]
        case .ndjson(let input):
            ["ndjson": .string(input.path.source), "field": input.field.map { .string($0) } ?? .null]
        case .step(let step): ["step": .string(step.value.name)]
        }
    }
}

extension MaxFailures {
    var sourceJSON: JSONValue {
        switch self {
        case .count(let count): .number(count)
        case .percentage: .string(description)
        }
    }
}

extension IdempotencyKey {
    var sourceJSON: JSONValue { ["value": .string(value?.source ?? "auto"), "header": .string(header)] }
}

extension SuccessCriterion {
    var sourceJSON: JSONValue {
        switch self {
        case .status(let codes): ["status": .array(codes.sorted().map { .number($0) })]
        case .jsonPath(let path): ["jsonpath": .string(path.value.source)]
        }
    }
}

extension Paginator {
    var sourceJSON: JSONValue {
        var members = [JSONMember("type", .string(type))]
        func add(_ name: String, _ value: String?) {
            if let value { members.append(JSONMember(name, .string(value))) }
        }
        switch kind {
        case .offset(let pages):
            members.append(JSONMember("limit", .number(pages.limit)))
            members.append(JSONMember("initial_offset", .number(pages.initialOffset)))
            add("limit_param", pages.limitParam)
            add("offset_param", pages.offsetParam)
            add("total_path", pages.totalPath?.source)
            members.append(JSONMember("stop_on_short_page", .bool(pages.stopOnShortPage)))
        case .pageNumber(let pages):
            members.append(JSONMember("initial_page", .number(pages.initialPage)))
            add("page_param", pages.pageParam)
            add("total_path", pages.totalPath?.source)
        case .cursor(let pages):
            add("cursor_path", pages.cursorPath.source)
            add("cursor_param", pages.cursorParam)
        case .jsonLink(let path): add("next_url_path", path.source)
        case .headerLink(let relation): add("relation", relation)
        case .singlePage: break
        }
        members.append(JSONMember("max_pages", .number(maxPages)))
        return .object(members)
    }
}

extension SandboxOptions {
    var sourceJSON: JSONValue {
        [
            "loans": .number(loans),
            "seed": JSONNumber(lexeme: "\(seed)").map { .number($0) } ?? .null,
            "token_ttl": tokenTTL.map { .string(DurationText.format($0)) } ?? .null,
            "latency": .string(DurationText.format(latency)),
            "faults": faults.map { .string($0) } ?? .null,
            "authorized_scopes": authorizedScopes.map { .array($0.map { .string($0) }) } ?? .null,
        ]
    }
}
