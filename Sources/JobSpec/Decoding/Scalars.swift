import Diagnostics
import JSONBytes
import YAMLReader

/// Readers of single values. Each reports what it does not understand and returns nothing.
extension Fields {
    /// The scalar of a key whose value is needed before anything is resolved, so that it can't hold a template.
    private func fixed(_ key: String, _ wanted: @autoclosure () -> String) -> (node: YAMLNode, scalar: YAMLScalar)? {
        guard let node = self[key] else { return nil }
        guard let scalar = node.scalar else {
            problems.error(
                "wrong-type",
                "`\(key)` is \(wanted()), not \(node.kindName)",
                at: node.span.firstLine,
                help: "write a single value: `\(key): …`"
            )
            return nil
        }
        if scalar.text.contains(utf8: "${{") {
            problems.error(
                "template-not-here",
                "`\(key)` can't hold a template",
                at: node.span,
                help: "it is needed before templates are resolved: write the value itself"
            )
            return nil
        }
        return (node, scalar)
    }

    /// A string. A number or boolean where a string is meant is reported, since its text may not be what was typed.
    func string(_ key: String) -> Located<String>? {
        guard let (node, scalar) = fixed(key, "a string") else { return nil }
        guard case .string = scalar.resolution else {
            problems.error(
                "wrong-type",
                "`\(key)` is a string, not \(node.kindName)",
                at: node.span,
                help: "put it in quotes: `\(key): \"\(scalar.text)\"`"
            )
            return nil
        }
        return Located(scalar.text, at: node.span)
    }

    /// A string that may hold templates.
    func template(_ key: String) -> TemplateString? {
        guard let node = self[key] else { return nil }
        guard let scalar = node.scalar else {
            problems.error(
                "wrong-type",
                "`\(key)` is a string, not \(node.kindName)",
                at: node.span.firstLine,
                help: key == "body"
                    ? "write it under `json`, or under `form`" : "write a single value: `\(key): …`"
            )
            return nil
        }
        return TemplateString(scalar.text, node: node, report: problems.report)
    }

    func bool(_ key: String) -> Bool? {
        guard let (node, scalar) = fixed(key, "`true` or `false`") else { return nil }
        if case .bool(let flag) = scalar.resolution { return flag }
        let help: String =
            switch scalar.text.lowercased() {
            case "true", "false": "write `\(scalar.text.lowercased())`, without quotes"
            case "yes", "on", "y": "write `true`: in YAML 1.2, `\(scalar.text)` is text"
            case "no", "off", "n": "write `false`: in YAML 1.2, `\(scalar.text)` is text"
            default: "write `true` or `false`"
            }
        problems.error("wrong-type", "`\(key)` is `true` or `false`, not \(node.shown)", at: node.span, help: help)
        return nil
    }

    func int(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let (node, scalar) = fixed(key, "a whole number") else { return nil }
        guard case .integer = scalar.resolution else {
            let digits = scalar.text.filter { $0 != "_" && $0 != "," && $0 != " " }
            problems.error(
                "wrong-type",
                "`\(key)` is a whole number, not \(node.shown)",
                at: node.span,
                help: scalar.style != .plain && Int(scalar.text) != nil
                    ? "leave out the quotes"
                    : Int(digits) != nil
                        ? "write `\(digits)`" : "write digits only: `\(key): \(max(range.lowerBound, 2))`"
            )
            return nil
        }
        // `0x10` and `0o17` are integers of YAML too.
        let value = Int(scalar.text) ?? TemplateValue.number(scalar.text).flatMap { Int($0.lexeme) }
        guard let value, range.contains(value) else {
            let bounds =
                range.upperBound == .max
                ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            problems.error("out-of-range", "`\(key)` is \(bounds), not \(scalar.text.quoted)", at: node.span)
            return nil
        }
        return value
    }

    func double(_ key: String, in range: ClosedRange<Double>) -> Double? {
        var bounds: String { "\(Int(range.lowerBound)) to \(Int(range.upperBound))" }
        guard let (node, scalar) = fixed(key, "a number from \(bounds)") else { return nil }
        let isNumber = scalar.resolution == .integer || scalar.resolution == .float
        guard isNumber, let value = Double(scalar.text), range.contains(value) else {
            problems.error(
                "out-of-range",
                "`\(key)` is a number from \(bounds), not \(node.shown)",
                at: node.span
            )
            return nil
        }
        return value
    }

    /// A duration of at least `minimum`.
    func duration(_ key: String, atLeast minimum: Duration = .zero) -> Duration? {
        guard let (node, scalar) = fixed(key, "a duration such as `30s`") else { return nil }
        guard let value = DurationText.parse(scalar.text) else {
            let bare = scalar.resolution == .integer || scalar.resolution == .float
            let suggestion = DurationText.suggestion(for: scalar.text)
            problems.error(
                "not-a-duration",
                bare && suggestion != nil
                    ? "`\(key)` needs a unit" : "`\(key)` is a duration such as `30s`, not \(node.shown)",
                at: node.span,
                help: suggestion.map { "did you mean `\($0)`?" } ?? "units are `ms`, `s`, `m`, `h`, `d`: `1m30s`"
            )
            return nil
        }
        guard value >= minimum else {
            problems.error(
                "out-of-range",
                "`\(key)` is at least \(DurationText.format(minimum)), not `\(scalar.text)`",
                at: node.span,
                help: "leave `\(key)` out for the default"
            )
            return nil
        }
        return value
    }

    /// One of an enumeration's raw values.
    ///
    /// - Parameter aliases: other words for them, from other tools or the standards.
    func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ key: String,
        of type: Choice.Type,
        aliases: [String: Choice] = [:]
    ) -> Choice? {
        var known: [String] { Choice.allCases.map(\.rawValue) }
        guard let (node, scalar) = fixed(key, "one of \(Names.list(known))") else { return nil }
        if let choice = Choice(rawValue: scalar.text) { return choice }
        problems.error(
            "unknown-value",
            "`\(key)` can't be \(scalar.text.quoted)",
            at: node.span,
            help: aliases[scalar.text.lowercased()].map { "did you mean `\($0.rawValue)`?" }
                ?? Names.help(for: scalar.text, in: known) ?? "it is one of \(Names.list(known))"
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
            problems.error(
                "wrong-type",
                "`\(key)` is one JSONPath, not \(node.kindName)",
                at: node.span.firstLine,
                help: "write a single query: `\(key): $.loans[*]`"
            )
            return nil
        }
        do throws(JSONPathError) {
            return Located(try problems.paths.path(scalar.text), at: node.span)
        } catch {
            let end = min(error.offset + 1, max(scalar.text.utf8.count, error.offset))
            problems.error(
                "jsonpath-syntax",
                "not a JSONPath: \(error.message)",
                at: node.span(ofUTF8: error.offset..<end),
                help: suggestion(for: scalar.text) ?? "JSONPath is RFC 9535: `$.loans[*]`"
            )
            return nil
        }
    }

    /// The query in RFC 9535's spelling, where it is a path in another tool's (`loans[]`, `.loans[]`).
    private static func suggestion(for text: String) -> String? {
        var query = text
        if !query.hasPrefix("$") { query = (query.hasPrefix(".") || query.hasPrefix("[") ? "$" : "$.") + query }
        query = query.replacing(utf8: "[]", with: "[*]")
        return (try? JSONPath(query)).map { _ in "did you mean `\(query)`?" }
    }
}
