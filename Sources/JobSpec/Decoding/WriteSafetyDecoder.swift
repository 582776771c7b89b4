import Diagnostics
import JSONBytes
import YAMLReader

/// Reads what makes writes safe: `idempotency_key`, `reconcile`, `max_failures`.
struct WriteSafetyDecoder {
    static let keyKeys = ["value", "header"]
    static let reconcileKeys = ["request", "found", "scopes"]
    /// draft-ietf-httpapi-idempotency-key-header.
    static let defaultHeader = "Idempotency-Key"
    private static let reconcileAliases: [String: Fields.Advice] = [
        "path": .use("request", "write it under `request`"),
        "method": .use("request", "write it under `request`"),
        "params": .use("request", "write it under `request`"),
        "headers": .use("request", "write it under `request`"),
        "where": .means("found"),
        "jsonpath": .means("found"),
        "data_selector": .means("found"),
        "exists": .means("found"),
        "scope": .means("scopes"),
    ]
    /// Field names that say something about the message itself, so that no key can go there.
    private static let taken: Set<String> = ["accept", "content-encoding", "content-type", "cookie", "date"]

    let problems: Problems

    /// `auto`, a template, or `{ value: …, header: … }`; `keySpan` is where its key stands.
    func idempotencyKey(_ node: YAMLNode, keySpan: SourceSpan) -> IdempotencyKey? {
        guard case .mapping = node.content else {
            return value("idempotency_key", node).map {
                IdempotencyKey(value: $0.template, header: Self.defaultHeader, span: keySpan)
            }
        }
        guard
            let fields = Fields(
                node,
                what: "`idempotency_key`",
                keys: Self.keyKeys,
                problems: problems,
                aliases: ["key": .means("value"), "name": .means("header"), "field": .means("header")],
                example: "{ value: auto, header: X-Request-Id }"
            )
        else { return nil }
        let value = fields["value"].map { self.value("value", $0) } ?? Value(template: nil)
        guard let header = header(fields), let value else { return nil }
        return IdempotencyKey(value: value.template, header: header, span: keySpan)
    }

    /// A key as it is written; no template for `auto`.
    private struct Value {
        let template: TemplateString?
    }

    private func value(_ key: String, _ node: YAMLNode) -> Value? {
        guard let scalar = node.scalar else {
            problems.error(
                "wrong-type",
                "`\(key)` is a string, not \(node.kindName)",
                at: node.span.firstLine,
                help: "write `\(key): auto`, or a template such as `${{ item.id }}`"
            )
            return nil
        }
        if case .bool = scalar.resolution {
            problems.error(
                "wrong-type",
                "`\(key)` is `auto` or a template, not \(node.shown)",
                at: node.span,
                help: scalar.text.lowercased() == "true" ? "write `\(key): auto`" : "leave `idempotency_key` out"
            )
            return nil
        }
        if scalar.text == "auto" { return Value(template: nil) }
        let template = TemplateString(scalar.text, node: node, report: problems.report)
        if template.source.isEmpty {
            problems.error("missing-value", "`\(key)` is empty", at: node.span, help: "write `\(key): auto`")
            return nil
        }
        HeaderCheck(problems: problems).check(value: template, of: key)
        return Value(template: template)
    }

    private func header(_ fields: Fields) -> String? {
        guard fields["header"] != nil else { return Self.defaultHeader }
        guard let header = fields.string("header") else { return nil }
        guard HeaderCheck(problems: problems).isGood(name: header.value, at: header.span) else { return nil }
        guard !Self.taken.contains(header.value.lowercased()) else {
            problems.error(
                "reserved-header",
                "`\(header.value)` can't carry a key: it has a meaning of its own",
                at: header.span,
                help: "leave `header` out, or name the field that the API reads the key from"
            )
            return nil
        }
        return header.value
    }

    /// `{ request: …, found: …, scopes: … }`; `keySpan` is where its key stands.
    func reconcile(_ node: YAMLNode, keySpan: SourceSpan) -> Reconcile? {
        let example = "{ request: { path: /v3/repayments/${{ item.id }} }, found: $.id }"
        guard
            let fields = Fields(
                node,
                what: "`reconcile`",
                keys: Self.reconcileKeys,
                problems: problems,
                aliases: Self.reconcileAliases,
                example: example
            )
        else { return nil }
        let request = fields["request"].flatMap { RequestDecoder(problems: problems).decode($0) }
        if fields["request"] == nil {
            fields.missing("request", help: "say what to ask: `request: { path: /v3/… }`")
        }
        let found = fields.jsonPath("found")
        if fields["found"] == nil {
            fields.missing("found", help: "say what the answer has if the write took effect: `found: $.items[*]`")
        }
        let scopes = fields["scopes"].flatMap { ScopesDecoder(problems: problems).decode($0) }
        guard let request, let found else { return nil }
        return Reconcile(request: request, found: found, scopes: scopes, span: keySpan)
    }

    /// `10`, or `5%`.
    func maxFailures(_ node: YAMLNode) -> MaxFailures? {
        let text = node.text
        // `0x10` is an integer of YAML too.
        let number = node.scalar?.resolution == .integer ? TemplateValue.number(text) : nil
        if let number, let count = Int(number.lexeme), count >= 0 { return .count(count) }
        if node.scalar?.resolution == .string, let percentage = Self.percentage(text) {
            return .percentage(percentage)
        }
        let fraction = node.scalar?.resolution == .float ? Double(text) : nil
        problems.error(
            text.contains(utf8: "${{") ? "template-not-here" : "bad-max-failures",
            "`max_failures` is a number such as `10`, or a percentage such as `5%`, not \(node.shown)",
            at: node.span.firstLine,
            help: fraction.flatMap { (0...1).contains($0) ? $0 : nil }
                .map { "did you mean `\(MaxFailures.percentage(($0 * 10_000).rounded() / 100))`?" }
                ?? (text.hasSuffix("%") ? "a percentage is from `0%` to `100%`" : "write `10` or `5%`")
        )
        return nil
    }

    /// `5%`, `0.5%`: digits and a point only.
    private static func percentage(_ text: String) -> Double? {
        let number = text.dropLast()
        guard text.utf8.last == UInt8(ascii: "%"), number.utf8.first.map({ (0x30...0x39).contains($0) }) == true,
            number.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }),
            let value = Double(number), (0...100).contains(value)
        else { return nil }
        return value
    }
}
