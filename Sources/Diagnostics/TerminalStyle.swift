/// ANSI colours, or none.
struct TerminalStyle: Sendable {
    /// What a piece of output is, which decides its colour.
    enum Role: String {
        /// The marker and title of an error.
        case error = "1;31"
        /// The marker and title of a warning.
        case warning = "1;33"
        /// The marker and title of a note.
        case note = "1;36"
        /// Line numbers, bars and arrows.
        case gutter = "1;34"
        /// Messages.
        case strong = "1"
    }

    /// Whether escapes are written at all.
    let isColored: Bool

    /// `text` in the colour of `role`.
    func paint(_ text: String, _ role: Role) -> String {
        isColored && !text.isEmpty ? "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// The colour of a severity.
    func accent(of severity: Diagnostic.Severity) -> Role {
        switch severity {
        case .error: .error
        case .warning: .warning
        case .note: .note
        }
    }
}
