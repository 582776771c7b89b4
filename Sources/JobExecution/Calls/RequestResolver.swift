package import Diagnostics
import JSONBytes
package import JobSpec

/// Turns a step's request template into the request of one page of one item.
package struct RequestResolver: Sendable {
    /// The environment's `base_url`, without a slash at its end.
    private let base: String
    /// The only one that a step's requests begin at.
    private let origin: String

    package init(base: WebURL) {
        origin = base.origin
        let text = base.description
        self.base = text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// Resolves the templates and adds what the paginator sends.
    ///
    /// - Throws: a diagnostic that points at the template which has no usable value.
    package func request(
        _ template: RequestTemplate,
        evaluator: TemplateEvaluator,
        page: PageRequest
    ) throws(Diagnostic) -> HTTPRequest {
        var fields = HTTPFields()
        var body: [UInt8]?
        switch template.body {
        case .none: break
        case .json(let value):
            var bytes: [UInt8] = []
            try evaluator.value(value).write(into: &bytes)
            body = bytes
            fields.set("Content-Type", "application/json")
        case .form(let form):
            body = Array(try pairs(form, evaluator).map(Self.pair).joined(separator: "&").utf8)
            fields.set("Content-Type", "application/x-www-form-urlencoded")
        case .text(let text):
            body = Array(try evaluator.text(text).utf8)
            fields.set("Content-Type", "text/plain; charset=utf-8")
        }
        fields.set("Accept", "application/json")
        for header in template.headers { try set(header, evaluator, &fields) }
        return HTTPRequest(
            method: template.method.rawValue,
            url: try url(template, evaluator, page),
            fields: fields,
            body: body
        )
    }

    private func url(
        _ template: RequestTemplate,
        _ evaluator: TemplateEvaluator,
        _ page: PageRequest
    ) throws(Diagnostic) -> String {
        if case .url(let url) = page { return try checked(url.description, template) }
        var query = try pairs(template.params, evaluator)
        if case .params(let own) = page { query += own.map { ($0.name, $0.value) } }
        let path = try path(template.path, evaluator)
        return try checked(
            base + path + (query.isEmpty ? "" : "?" + query.map(Self.pair).joined(separator: "&")),
            template
        )
    }

    /// A URL, once it is certain whose it is: body and header fields of a job are for the environment's API alone.
    private func checked(_ url: String, _ template: RequestTemplate) throws(Diagnostic) -> String {
        let wanted = WebURL(url)?.origin
        guard wanted == origin else {
            throw .error(
                "foreign-origin",
                "the request would go to \(wanted ?? "no http address"), not to \(origin)",
                at: template.path.span,
                help: "begin `path` with `/`: nothing of a request goes beyond the origin of `base_url`"
            )
        }
        return url
    }

    /// The path. A value fills one segment or a part of one: its slashes are encoded, and it can't climb with dots.
    private func path(_ template: TemplateString, _ evaluator: TemplateEvaluator) throws(Diagnostic) -> String {
        var path = ""
        for part in template.parts {
            switch part {
            case .text(let text): path += PercentEncoding.path(text)
            case .expression(let expression):
                let value = try evaluator.text(TemplateString(lone: expression, of: template))
                guard !value.isEmpty else {
                    throw .error("empty-path-value", "a part of the path is empty", at: template.span)
                }
                path += PercentEncoding.component(value)
            }
        }
        // Servers and proxies read an encoded dot as a dot (WHATWG URL, "double-dot path segment").
        guard path.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "%") }) else { return path }
        for segment in path.split(separator: "/")
        where Self.dots.contains(segment.lowercased().replacing("%2e", with: ".")) {
            throw .error("dot-segment", "the path contains `\(segment)`", at: template.span)
        }
        return path
    }

    private func pairs(
        _ fields: [RequestTemplate.Field],
        _ evaluator: TemplateEvaluator
    ) throws(Diagnostic) -> [(String, String)] {
        var pairs: [(String, String)] = []
        for field in fields {
            let value = try evaluator.value(field.value)
            for element in value.elements ?? [value] where element != .null {
                pairs.append((field.name, try text(element, of: field)))
            }
        }
        return pairs
    }

    private func set(
        _ header: RequestTemplate.Field,
        _ evaluator: TemplateEvaluator,
        _ fields: inout HTTPFields
    ) throws(Diagnostic) {
        let value = try evaluator.value(header.value)
        fields.remove(header.name)
        for element in value.elements ?? [value] where element != .null {
            let text = try text(element, of: header)
            // A line break would end the field and begin another one (RFC 9110 section 5.5).
            guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw .error(
                    "bad-header-value",
                    "the value of `\(header.name)` has a line break or control character",
                    at: header.nameSpan
                )
            }
            fields.add(header.name, text)
        }
    }

    private func text(_ value: JSONValue, of field: RequestTemplate.Field) throws(Diagnostic) -> String {
        switch value {
        case .string(let string): return string.text
        case .number(let number): return number.lexeme
        case .bool(let flag): return flag ? "true" : "false"
        case .null, .array, .object:
            throw .error(
                "wrong-type",
                "`\(field.name)` is \(value.typeName): it takes text, a number, a boolean, or a list of those",
                at: field.value.strings.first?.span ?? field.nameSpan,
                help: "use `json(…)` or `join(…, ',')`"
            )
        }
    }

    private static let dots: Set<String> = [".", ".."]

    private static func pair(_ pair: (String, String)) -> String {
        PercentEncoding.component(pair.0) + "=" + PercentEncoding.component(pair.1)
    }
}
