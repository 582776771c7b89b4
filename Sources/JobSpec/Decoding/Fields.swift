import Diagnostics
import YAMLReader

/// The entries of one mapping, checked against the keys that may stand there.
struct Fields {
    /// What is known about a word that people write although it is not a key here.
    struct Advice: ExpressibleByStringLiteral {
        /// The key that was meant: it is not reported as missing as well.
        let key: String?
        let help: String

        init(stringLiteral help: String) {
            key = nil
            self.help = help
        }

        private init(key: String, help: String) {
            self.key = key
            self.help = help
        }

        /// Another word for `key`.
        static func means(_ key: String) -> Advice { Advice(key: key, help: "did you mean `\(key)`?") }

        /// What `key` is there for.
        static func use(_ key: String, _ help: String) -> Advice { Advice(key: key, help: help) }
    }

    /// What the mapping is, with its article: "a step", "an environment".
    let what: String
    let span: SourceSpan
    let problems: Problems
    /// The entries of known keys, as they are written.
    private var entries: [YAMLEntry]
    /// The key of each entry. A mapping has few: they are looked through each time.
    private let names: [String]
    /// Keys that a mistyped one was probably meant to be.
    private let meant: Set<String>

    /// Reads a mapping. Anything else, and any unknown key, is reported.
    ///
    /// - Parameter example: a short value that would be right, for whoever wrote something else than a mapping.
    init?(
        _ node: YAMLNode,
        what: String,
        keys: [String],
        problems: Problems,
        aliases: @autoclosure () -> [String: Advice] = [:],
        example: @autoclosure () -> String
    ) {
        guard case .mapping(let all) = node.content else {
            problems.error(
                "wrong-type",
                "\(what) is a mapping, \(node.kindName == "nothing" ? "but nothing stands here" : "not \(node.kindName)")",
                at: node.span.firstLine,
                help: node.missingSpaceHelp ?? "write for instance `\(example())`, or one `key: value` a line"
            )
            return nil
        }
        self.what = what
        span = node.span
        self.problems = problems
        var meant: Set<String> = []
        let written = all.map(\.key.text)
        var hasOthers = false
        for (index, key) in written.enumerated() where !keys.hasKey(key) {
            let entry = all[index]
            hasOthers = true
            if SecretsAreReferences.isSuspicious(key), !entry.value.text.contains(utf8: "${{") {
                problems.hide(entry.value.span)
            }
            if problems.isFull { continue }
            let advice: Advice =
                Self.gluedKey(in: entry.key, among: keys) ?? aliases()[key]
                ?? Names.closest(to: key, in: keys).map { .means($0) }
                ?? Advice(stringLiteral: "its keys are \(Names.list(keys))")
            if let key = advice.key { meant.insert(key) }
            problems.error(
                "unknown-key",
                "unknown key \(key.quoted)",
                at: entry.key.span,
                label: "not a key of \(what)",
                help: advice.help
            )
        }
        entries = hasOthers ? all.filter { keys.hasKey($0.key.text) } : all
        names = hasOthers ? written.filter(keys.hasKey) : written
        self.meant = meant
    }

    /// For `{ path:/v3/loans }`: within braces YAML reads that as a key.
    private static func gluedKey(in node: YAMLNode, among keys: [String]) -> Advice? {
        guard let help = node.missingSpaceHelp, let name = node.text.split(separator: ":").first.map(String.init),
            keys.hasKey(name)
        else { return nil }
        return .use(name, help)
    }

    /// The entry of a key; an explicit null counts as absent.
    subscript(key: String) -> YAMLNode? {
        guard let place = place(key) else { return nil }
        let value = entries[place].value
        if case .scalar(let scalar) = value.content, case .null = scalar.resolution { return nil }
        return value
    }

    /// The entry of a key, which is gone from here afterwards: what is large need not be kept longer than it is read.
    mutating func take(_ key: String) -> YAMLNode? {
        guard let node = self[key], let place = place(key) else { return nil }
        let empty = YAMLScalar(text: "", resolution: .null, style: .plain)
        entries[place] = YAMLEntry(
            key: entries[place].key,
            value: YAMLNode(content: .scalar(empty), span: node.span)
        )
        return node
    }

    func keySpan(_ key: String) -> SourceSpan { place(key).map { entries[$0].key.span } ?? span.firstLine }

    /// Whether the key was written at all, null included.
    func has(_ key: String) -> Bool { place(key) != nil }

    private func place(_ key: String) -> Int? { names.firstIndex { $0.isKey(key) } }

    /// Reports a key that is missing, unless a mistyped one was reported in its place.
    func missing(_ key: String, help: String) {
        guard !meant.contains(key) else { return }
        if has(key) {
            problems.error("missing-value", "`\(key)` has no value", at: keySpan(key), help: help)
        } else {
            problems.error("missing-key", "\(what) needs `\(key)`", at: span.firstLine, help: help)
        }
    }
}

extension [String] {
    fileprivate func hasKey(_ key: String) -> Bool { contains { $0.isKey(key) } }
}

extension String {
    /// Whether both are the same key. Most differ in length already, which is cheaper to tell than their order.
    fileprivate func isKey(_ key: String) -> Bool { utf8.count == key.utf8.count && self == key }
}

extension YAMLNode {
    /// The text of a scalar; empty for anything else.
    var text: String { if case .scalar(let scalar) = content { scalar.text } else { "" } }

    var scalar: YAMLScalar? { if case .scalar(let scalar) = content { scalar } else { nil } }

    /// What the node is, in words of the job file's reader.
    var kindName: String {
        switch content {
        case .sequence: return "a list"
        case .mapping: return "a mapping"
        case .scalar(let scalar):
            switch scalar.resolution {
            case .null: return scalar.text.isEmpty ? "nothing" : "null"
            case .bool: return "a boolean"
            case .integer, .float: return "a number"
            case .string: return "a string"
            }
        }
    }

    /// What stands there, for a message: the text of a scalar, else its kind.
    var shown: String {
        guard let scalar, scalar.resolution != .null, !scalar.text.isEmpty else {
            return scalar?.resolution == .string ? text.quoted : kindName
        }
        return scalar.style == .plain ? scalar.text.quoted : "the string \(scalar.text.quoted)"
    }
}

extension SourceSpan {
    /// The span's first line only, or the span itself: a caret under a whole block helps nobody.
    var firstLine: SourceSpan {
        let first = byteRange.lowerBound
        return start.line == end.line ? self : SourceSpan(file: file, bytes: first..<first)
    }
}
