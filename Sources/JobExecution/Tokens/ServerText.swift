import Secrets

/// Prepares a server's own words for a message: they may be long, aim at a terminal, or echo what they were sent.
struct ServerText {
    /// The most characters that are shown.
    static let limit = 300

    let redactor: Redactor

    /// The text on one line, without control characters, secrets masked, and cut at ``limit``.
    ///
    /// - Returns: `nil` where nothing is left.
    func clean(_ text: String) -> String? {
        // Masked before and after: removing a character can join the halves of a secret, cutting can hide its end.
        let printable = redactor.redact(text).unicodeScalars.map { scalar in
            Self.isUnsafe(scalar) ? " " : Character(scalar)
        }
        let line = redactor.redact(String(printable).split(separator: " ").joined(separator: " "))
        guard !line.isEmpty else { return nil }
        return line.count > Self.limit ? String(line.prefix(Self.limit)) + "…" : line
    }

    /// Controls, line and paragraph separators, and the invisible marks that reorder text.
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: true
        default: false
        }
    }
}
