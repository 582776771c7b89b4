/// ANSI colours, or none.
struct TerminalStyle: Sendable {
    /// What a piece of output is, which decides its colour.
    enum Role: String {
        case error = "1;31"
        case warning = "1;33"
        case note = "1;36"
        case gutter = "1;34"
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
