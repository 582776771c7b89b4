import Diagnostics
import YAMLReader

/// The entries of one mapping, checked against the keys that may stand there.
struct Fields {
    /// What the mapping is, with its article: "a step", "an environment".
    let what: String
    let span: SourceSpan
    let problems: Problems
    private let entries: [String: YAMLEntry]

    /// Reads a mapping. Anything else, and any unknown key, is reported.
    init?(_ node: YAMLNode, what: String, keys: [String], problems: Problems, aliases: [String: String] = [:]) {
        guard case .mapping(let all) = node.content else {
            problems.error(
                "wrong-type",
                "\(what) is a mapping, not \(node.kindName)",
                at: node.span,
                help: "write it as `key: value` lines; its keys are \(Self.list(keys))"
            )
            return nil
        }
        self.what = what
        span = node.span
        self.problems = problems
        var entries: [String: YAMLEntry] = [:]
        for entry in all {
            let key = entry.key.text
            if keys.contains(key) {
                entries[key] = entry
            } else {
                let advice = aliases[key] ?? Suggestion.help(for: key, in: keys) ?? "its keys are \(Self.list(keys))"
                problems.error(
                    "unknown-key",
                    "unknown key `\(key)`",
                    at: entry.key.span,
                    label: "not a key of \(what)",
                    help: advice
                )
            }
        }
        self.entries = entries
    }

    /// The entry of a key; an explicit null counts as absent.
    subscript(key: String) -> YAMLNode? {
        guard let value = entries[key]?.value else { return nil }
        if case .scalar(let scalar) = value.content, case .null = scalar.resolution { return nil }
        return value
    }

    func keySpan(_ key: String) -> SourceSpan { entries[key]?.key.span ?? span }

    /// Whether the key was written at all, null included.
    func has(_ key: String) -> Bool { entries[key] != nil }

    /// Reports a key that is missing.
    func missing(_ key: String, help: String) {
        problems.error("missing-key", "\(what) needs `\(key)`", at: span.firstLine, help: help)
    }

    static func list(_ keys: [String]) -> String { keys.map { "`\($0)`" }.joined(separator: ", ") }
}

extension YAMLNode {
    /// The text of a scalar; empty for anything else.
    var text: String { if case .scalar(let scalar) = content { scalar.text } else { "" } }

    var scalar: YAMLScalar? { if case .scalar(let scalar) = content { scalar } else { nil } }

    /// What the node is, in words of the job file's reader.
    var kindName: String {
        switch content {
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .scalar(let scalar):
            switch scalar.resolution {
            case .null: "null"
            case .bool: "a boolean"
            case .integer, .float: "a number"
            case .string: "a string"
            }
        }
    }
}

extension SourceSpan {
    /// The span's first line only, or the span itself: a caret under a whole block helps nobody.
    var firstLine: SourceSpan { start.line == end.line ? self : SourceSpan(file: file, start: start, end: start) }
}
