import Diagnostics
import YAMLReader

/// Reads `request`.
struct RequestDecoder {
    private static let keys = ["method", "path", "params", "headers", "json", "form", "body", "timeout"]
    private static let aliases = [
        "url": "the API's address is the environment's `base_url`; write the rest as `path: /v3/…`",
        "endpoint": "write `path: /v3/…`",
        "query": "query parameters are `params`",
        "query_params": "query parameters are `params`",
        "data": "write `json`, `form` or `body`",
        "payload": "write `json`, `form` or `body`",
        "auth": "credentials belong to the environment; a step names its `scopes`",
        "header": "did you mean `headers`?",
    ]
    /// One attempt must end: ten minutes is ample for a gigabyte.
    private static let defaultTimeout = Duration.seconds(600)
    /// Set by the runner itself; a job that sets them would break the framing or the authority.
    private static let reserved = [
        "authorization": "the runner signs each call with the token that the plan gives it; declare `scopes` instead",
        "content-length": "the runner works it out",
        "host": "it is the environment's `base_url`",
        "transfer-encoding": "the runner works it out",
        "connection": "the runner manages connections",
        "accept-encoding": "the runner asks for gzip itself and decodes it",
    ]

    let problems: Problems

    func decode(_ node: YAMLNode) -> RequestTemplate? {
        guard
            let fields = Fields(
                node,
                what: "a request",
                keys: Self.keys,
                problems: problems,
                aliases: Self.aliases
            )
        else { return nil }
        let method = method(fields)
        let path = path(fields)
        let params = namedValues("params", fields)
        let headers = namedValues("headers", fields)
        for header in headers { check(header) }
        let body = body(fields, method: method)
        let timeout = fields.duration("timeout") ?? Self.defaultTimeout
        guard let method, let path else { return nil }
        return RequestTemplate(
            method: method,
            methodSpan: fields["method"]?.span ?? fields.span,
            path: path,
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
        let upper = HTTPMethod(rawValue: node.text.uppercased())
        problems.error(
            "unknown-value",
            "unknown method `\(node.text)`",
            at: node.span,
            help: upper.map { "methods are upper case: `\($0.rawValue)`" }
                ?? "it is one of \(Fields.list(HTTPMethod.allCases.map(\.rawValue)))"
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
        if path.source.hasPrefix("http://") || path.source.hasPrefix("https://") {
            problems.error(
                "absolute-url",
                "`path` holds a whole URL",
                at: path.span,
                help: "write only what follows the environment's `base_url`: a token never leaves its origin"
            )
            return nil
        }
        guard case .text(let first)? = path.parts.first else {
            if path.parts.first == nil { problems.error("empty-path", "`path` is empty", at: path.span) }
            return path.parts.isEmpty ? nil : path
        }
        guard first.hasPrefix("/") else {
            problems.error(
                "relative-path",
                "`path` begins with `/`",
                at: path.span,
                help: "write `/\(path.source)`"
            )
            return nil
        }
        if let question = first.firstIndex(of: "?") {
            let offset = first.utf8.distance(from: first.startIndex, to: question)
            problems.error(
                "query-in-path",
                "`path` holds a query",
                at: path.span(of: offset..<offset + 1),
                help: "write query parameters under `params`: they are encoded there"
            )
        }
        return path
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
                at: node.span
            )
            return []
        }
        return entries.compactMap { entry in
            let value = TemplateValue(entry.value, report: problems.report)
            if case .object = value {
                problems.error(
                    "wrong-type",
                    "`\(entry.key.text)` is a mapping; a value of `\(key)` is text, a number, a boolean or a list",
                    at: entry.value.span,
                    help: "write each part as a name of its own"
                )
                return nil
            }
            return RequestTemplate.Field(name: entry.key.text, nameSpan: entry.key.span, value: value)
        }
    }

    private func check(_ header: RequestTemplate.Field) {
        if let reason = Self.reserved[header.name.lowercased()] {
            problems.error(
                "reserved-header",
                "a job can't set `\(header.name)`",
                at: header.nameSpan,
                help: reason
            )
        } else if !header.name.utf8.allSatisfy(Self.isTokenByte) || header.name.isEmpty {
            problems.error("bad-header", "`\(header.name)` is not a header name", at: header.nameSpan)
        }
    }

    /// `tchar` of RFC 9110 section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: Array("!#$%&'*+-.^_`|~".utf8).contains(byte)
        }
    }
}
