import Diagnostics
import YAMLReader

/// Reads `request`.
struct RequestDecoder {
    static let keys = ["method", "path", "params", "headers", "json", "form", "body", "timeout"]
    private static let aliases: [String: Fields.Advice] = [
        "url": .use("path", "the API's address is the environment's `base_url`; write the rest as `path: /v3/…`"),
        "endpoint": .use("path", "write `path: /v3/…`"),
        "query": .use("params", "query parameters are `params`"),
        "query_params": .use("params", "query parameters are `params`"),
        "data": "write `json`, `form` or `body`",
        "payload": "write `json`, `form` or `body`",
        "auth": "credentials belong to the environment; a step names its `scopes`",
        "header": .means("headers"),
        "verb": .means("method"),
    ]
    /// One attempt must end: ten minutes is ample for a gigabyte.
    private static let defaultTimeout = Duration.seconds(600)

    let problems: Problems

    func decode(_ node: YAMLNode) -> RequestTemplate? {
        guard
            let fields = Fields(
                node,
                what: "a request",
                keys: Self.keys,
                problems: problems,
                aliases: Self.aliases,
                example: "{ method: GET, path: /v3/loans }"
            )
        else { return nil }
        let method = method(fields)
        let path = path(fields)
        let params = namedValues("params", fields)
        let headers = namedValues("headers", fields)
        for header in headers { check(header) }
        let body = body(fields, method: method)
        let timeout = fields.duration("timeout", atLeast: .milliseconds(1)) ?? Self.defaultTimeout
        // Where method or path was refused, the rest is still worth checking.
        return RequestTemplate(
            method: method ?? .get,
            methodSpan: fields["method"]?.span ?? fields.span,
            path: path ?? TemplateString(parts: [.text("/")], source: "/", node: node, isBroken: true),
            params: params,
            headers: headers,
            body: body,
            timeout: timeout,
            span: node.span
        )
    }

    private func method(_ fields: Fields) -> HTTPMethod? {
        guard let node = fields["method"] else {
            return fields.has("json") || fields.has("form") || fields.has("body")
                ? missingMethod(fields) : HTTPMethod.get
        }
        if let method = HTTPMethod(rawValue: node.text) { return method }
        let known = HTTPMethod.allCases.map(\.rawValue)
        let upper = HTTPMethod(rawValue: node.text.uppercased())
        let parts = node.text.split(separator: " ", maxSplits: 1)
        problems.error(
            "unknown-value",
            "unknown method \(node.shown)",
            at: node.span.firstLine,
            help: upper.map { "methods are upper case: `\($0.rawValue)`" }
                ?? (parts.count == 2 ? "write `method: \(parts[0])` and `path: \(parts[1])`" : nil)
                ?? Names.help(for: node.text, in: known) ?? "it is one of \(Names.list(known))"
        )
        return nil
    }

    private func missingMethod(_ fields: Fields) -> HTTPMethod? {
        fields.missing("method", help: "a request with a body says how it is sent: `method: POST`")
        return nil
    }

    private func path(_ fields: Fields) -> TemplateString? {
        guard let path = fields.template("path") else {
            if fields["path"] == nil { fields.missing("path", help: "write the part after `base_url`: `path: /v3/…`") }
            return nil
        }
        return PathCheck(path: path, problems: problems).isGood ? path : nil
    }

    private func body(_ fields: Fields, method: HTTPMethod?) -> RequestTemplate.Body {
        let present = ["json", "form", "body"].filter { fields[$0] != nil }
        if present.count > 1 {
            problems.error(
                "two-bodies",
                "a request has one body, but `\(present[0])` and `\(present[1])` are both here",
                at: fields.keySpan(present[1]),
                help: "keep one of them"
            )
        }
        guard let first = present.first else { return .none }
        if let method, method.isSafe {
            problems.error(
                "body-on-get",
                "a \(method.rawValue) request has no body",
                at: fields.keySpan(first),
                help: "use `params` for query parameters, or `method: POST`"
            )
        }
        switch first {
        case "json": return fields["json"].map { .json(TemplateValue($0, report: problems.report)) } ?? .none
        case "form": return .form(namedValues("form", fields))
        default: return fields.template("body").map { .text($0) } ?? .none
        }
    }

    private func namedValues(_ key: String, _ fields: Fields) -> [RequestTemplate.Field] {
        guard let node = fields[key] else { return [] }
        guard case .mapping(let entries) = node.content else {
            problems.error(
                "wrong-type",
                "`\(key)` is a mapping of names to values, not \(node.kindName)",
                at: node.span.firstLine,
                help: node.missingSpaceHelp ?? "write `NAME: value` lines, without `-`"
            )
            return []
        }
        return entries.compactMap { entry in
            if entry.key.text.contains(utf8: "${{") { problems.report(TemplateValue.templateInKey(entry.key)) }
            let value = TemplateValue(entry.value, report: problems.report)
            if case .object = value {
                problems.error(
                    "wrong-type",
                    "\(entry.key.text.quoted) is a mapping; a value of `\(key)` is text, a number, a boolean or a list",
                    at: entry.value.span.firstLine,
                    help: "write each part as a name of its own, such as `\(entry.key.text)[NAME]: …`"
                )
                return nil
            }
            return RequestTemplate.Field(name: entry.key.text, nameSpan: entry.key.span, value: value)
        }
    }

    private func check(_ header: RequestTemplate.Field) {
        let check = HeaderCheck(problems: problems)
        _ = check.isGood(name: header.name, at: header.nameSpan)
        for template in header.value.strings { check.check(value: template, of: header.name) }
    }
}
