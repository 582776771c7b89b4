import JSONBytes

/// Pieces of input for messages: without control characters, and cut where they are long.
enum InputText {
    /// Longer texts are cut, in Unicode scalars.
    private static let longest = 40

    /// The text in quotes, escaped as in JSON.
    static func quoted(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard !scalars.dropFirst(longest).isEmpty else { return JSONString(text).lexeme }
        return JSONString(String(scalars.prefix(longest)) + "…").lexeme
    }

    /// The text as a name in backticks.
    static func name(_ text: String) -> String {
        "`" + String(Substring(quoted(text).utf8.dropFirst().dropLast())) + "`"
    }
}
