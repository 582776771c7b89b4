import Diagnostics
import JSONBytes
import YAMLReader

/// Readers of single values. Each reports what it does not understand and returns nothing.
extension Fields {
    /// A string. A number or boolean where a string is meant is reported, since its text may not be what was typed.
    func string(_ key: String) -> Located<String>? {
        guard let node = self[key] else { return nil }
        guard let scalar = node.scalar, case .string = scalar.resolution else {
            let hint = node.scalar.map { "put it in quotes: `\(key): \"\($0.text)\"`" }
            problems.error("wrong-type", "`\(key)` is a string, not \(node.kindName)", at: node.span, help: hint)
            return nil
        }
        return Located(scalar.text, at: node.span)
    }

    func template(_ key: String) -> TemplateString? {
        guard let node = self[key] else { return nil }
        guard let scalar = node.scalar else {
            problems.error("wrong-type", "`\(key)` is a string, not \(node.kindName)", at: node.span)
            return nil
        }
        return TemplateString(scalar.text, node: node, report: problems.report)
    }

    func bool(_ key: String) -> Bool? {
        guard let node = self[key] else { return nil }
        guard case .bool(let flag)? = node.scalar?.resolution else {
            let spoken = ["yes", "on", "no", "off"].contains(node.text.lowercased())
            problems.error(
                "wrong-type",
                "`\(key)` is `true` or `false`, not `\(node.text)`",
                at: node.span,
                help: spoken ? "YAML 1.2 knows only `true` and `false`" : nil
            )
            return nil
        }
        return flag
    }

    func int(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let node = self[key] else { return nil }
        guard let scalar = node.scalar, case .integer = scalar.resolution else {
            problems.error(
                "wrong-type",
                "`\(key)` is a whole number, not \(node.kindName)",
                at: node.span,
                help: node.scalar.flatMap { Int($0.text) } == nil ? nil : "leave out the quotes"
            )
            return nil
        }
        guard let value = Int(scalar.text), range.contains(value) else {
            let bounds =
                range.upperBound == .max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            problems.error("out-of-range", "`\(key)` is \(bounds), not \(scalar.text)", at: node.span)
            return nil
        }
        return value
    }

    func double(_ key: String, in range: ClosedRange<Double>) -> Double? {
        guard let node = self[key] else { return nil }
        guard let scalar = node.scalar, let value = Double(scalar.text), range.contains(value) else {
            problems.error(
                "out-of-range",
                "`\(key)` is a number from \(range.lowerBound) to \(range.upperBound)",
                at: node.span
            )
            return nil
        }
        return value
    }

    func duration(_ key: String) -> Duration? {
        guard let node = self[key] else { return nil }
        guard let scalar = node.scalar, let value = DurationText.parse(scalar.text) else {
            let bare = Double(node.text) != nil
            problems.error(
                "not-a-duration",
                bare ? "`\(key)` needs a unit" : "`\(key)` is a duration such as `30s`, not `\(node.text)`",
                at: node.span,
                help: bare ? "did you mean `\(node.text)s`?" : "units are `ms`, `s`, `m`, `h`, `d`: `1m30s`"
            )
            return nil
        }
        return value
    }

    /// One of an enumeration's raw values.
    func choice<Choice: CaseIterable & RawRepresentable<String>>(_ key: String, of type: Choice.Type) -> Choice? {
        guard let node = self[key] else { return nil }
        if let choice = Choice(rawValue: node.text) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        problems.error(
            "unknown-value",
            "`\(key)` can't be `\(node.text)`",
            at: node.span,
            help: Suggestion.help(for: node.text, in: known) ?? "it is one of \(Fields.list(known))"
        )
        return nil
    }

    /// A JSONPath query of RFC 9535; a syntax error is shown at its place within the text.
    func jsonPath(_ key: String) -> Located<JSONPath>? {
        guard let node = self[key] else { return nil }
        return JSONPathText.parse(node, key: key, problems: problems)
    }

    /// A list, or a single value standing for a list of one.
    func list(_ key: String) -> [YAMLNode]? {
        guard let node = self[key] else { return nil }
        if case .sequence(let elements) = node.content { return elements }
        return [node]
    }
}

/// JSONPath queries in the job file.
enum JSONPathText {
    static func parse(_ node: YAMLNode, key: String, problems: Problems) -> Located<JSONPath>? {
        guard let scalar = node.scalar else {
            problems.error("wrong-type", "`\(key)` is a JSONPath string, not \(node.kindName)", at: node.span)
            return nil
        }
        do throws(JSONPathError) {
            return Located(try JSONPath(scalar.text), at: node.span)
        } catch {
            let end = min(error.offset + 1, max(scalar.text.utf8.count, error.offset))
            let noRoot = !scalar.text.hasPrefix("$")
            problems.error(
                "jsonpath-syntax",
                "not a JSONPath: \(error.message)",
                at: node.span(ofUTF8: error.offset..<end),
                help: noRoot ? "queries begin with `$`: `$.\(scalar.text)`" : "JSONPath is RFC 9535: `$.loans[*]`"
            )
            return nil
        }
    }
}
