package import Diagnostics
package import JSONBytes
import YAMLReader

/// A JSON value whose strings may hold templates: `request.json`, `vars`, the items of a `for_each` list.
package enum TemplateValue: Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(TemplateString)
    case array([TemplateValue])
    case object([Member])

    /// One member of an object; names are literal.
    package struct Member: Sendable {
        package let name: String
        package let nameSpan: SourceSpan
        package let value: TemplateValue
    }

    /// Every template string in reading order.
    package var strings: [TemplateString] {
        var strings: [TemplateString] = []
        forEachString { strings.append($0) }
        return strings
    }

    /// Visits every template string in reading order.
    func forEachString(_ visit: (TemplateString) -> Void) {
        switch self {
        case .null, .bool, .number: break
        case .string(let template): visit(template)
        case .array(let elements): for element in elements { element.forEachString(visit) }
        case .object(let members): for member in members { member.value.forEachString(visit) }
        }
    }

    /// The value, where no part of it is an expression.
    package var literal: JSONValue? {
        switch self {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .number(let number): return .number(number)
        case .string(let template): return template.literal.map { .string(JSONString($0)) }
        case .array(let elements):
            let values = elements.compactMap(\.literal)
            return values.count == elements.count ? .array(values) : nil
        case .object(let members):
            let values = members.compactMap { member in
                member.value.literal.map { JSONMember(name: JSONString(member.name), value: $0) }
            }
            return values.count == members.count ? .object(values) : nil
        }
    }

    /// Reads a YAML node as JSON: numbers keep their text where it is a JSON number already.
    init(_ node: YAMLNode, report: (Diagnostic) -> Void) {
        switch node.content {
        case .sequence(let elements):
            self = .array(elements.map { TemplateValue($0, report: report) })
        case .mapping(let entries):
            self = .object(
                entries.map { entry in
                    let name = if case .scalar(let scalar) = entry.key.content { scalar.text } else { "" }
                    if name.contains(utf8: "${{") {
                        report(Self.templateInKey(entry.key))
                    }
                    return Member(
                        name: name,
                        nameSpan: entry.key.span,
                        value: TemplateValue(entry.value, report: report)
                    )
                }
            )
        case .scalar(let scalar):
            switch scalar.resolution {
            case .null: self = .null
            case .bool(let flag): self = .bool(flag)
            case .string: self = .string(TemplateString(scalar.text, node: node, report: report))
            case .integer, .float:
                if let number = Self.number(scalar.text) {
                    self = .number(number)
                } else {
                    report(
                        .error(
                            "not-a-json-number",
                            "\(scalar.text.quoted) can't be sent as a JSON number",
                            at: node.span,
                            help: "write `\"\(scalar.text)\"` if it is text"
                        )
                    )
                    self = .null
                }
            }
        }
    }

    static func templateInKey(_ key: YAMLNode) -> Diagnostic {
        .error(
            "template-in-key",
            "a name can't hold a template",
            at: key.span,
            help: "templates are resolved in values only: write the name itself"
        )
    }

    /// A YAML number as a JSON lexeme: the text itself where the grammars agree, else the same value in JSON's spelling.
    static func number(_ text: String) -> JSONNumber? {
        if let number = JSONNumber(lexeme: text) { return number }
        var body = Substring(text)
        let sign = body.hasPrefix("-") ? "-" : ""
        if body.hasPrefix("-") || body.hasPrefix("+") { body = body.dropFirst() }
        for (prefix, radix) in [("0x", 16), ("0o", 8)] where body.hasPrefix(prefix) {
            guard let value = Int(body.dropFirst(2), radix: radix) else { return nil }
            return JSONNumber(lexeme: sign + String(value))
        }
        while body.hasPrefix("0"), let next = body.dropFirst().first, next.isNumber { body = body.dropFirst() }
        var lexeme = sign + (body.hasPrefix(".") ? "0" : "") + body
        if let dot = lexeme.firstIndex(of: ".") {
            let after = lexeme.index(after: dot)
            if after == lexeme.endIndex || !lexeme[after].isNumber { lexeme.insert("0", at: after) }
        }
        return JSONNumber(lexeme: lexeme)
    }
}
