import Diagnostics

/// Names in messages: lists of them, the one that was meant, and how they are quoted.
enum Names {
    /// How many names are searched, and how many are listed.
    private static let longestSearch = 1_000
    private static let longestList = 24

    /// The known name that a wrong one was most likely meant to be: a slip of the fingers, or the one name that it is
    /// the beginning of (`kiva-prod`).
    static func closest(to name: String, in known: [String]) -> String? {
        let known = known.prefix(longestSearch)
        if let slip = Suggestion.closest(to: name, in: known) { return slip }
        let start = fold(name)
        guard start.count >= 3 else { return nil }
        let longer = known.filter { fold($0).hasPrefix(start) }
        return longer.count == 1 ? longer[0] : nil
    }

    /// "did you mean", or nothing where no name is close.
    static func help(for name: String, in known: [String]) -> String? {
        closest(to: name, in: known).map { "did you mean `\($0)`?" }
    }

    /// `a`, `b`, `c`: in back quotes, with commas.
    static func list(_ names: [String]) -> String {
        let shown = names.prefix(longestList).map(\.quoted).joined(separator: ", ")
        return names.count > longestList ? "\(shown) and \(names.count - longestList) more" : shown
    }

    /// A name for a step or job made of the usable characters of a text, or nothing where none are left.
    static func slug(_ text: String) -> String? {
        let words = text.split { !$0.isASCII || !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        let slug = words.joined(separator: "_").drop { !$0.isLetter }
        return slug.isEmpty ? nil : String(slug.prefix(64))
    }

    private static func fold(_ name: String) -> String {
        name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }
    }
}

extension String {
    /// How much of a text from the file a message repeats: the excerpt below it shows the rest.
    private static let longestQuote = 48

    /// The text in back quotes, cut where it is long.
    var quoted: String {
        if isEmpty { return "an empty text" }
        return count <= Self.longestQuote ? "`\(self)`" : "`\(prefix(Self.longestQuote))…`"
    }
}
