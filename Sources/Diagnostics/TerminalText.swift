/// Text from a file or a server, made fit for a terminal.
package enum TerminalText {
    /// One line in which nothing can move the cursor, change colours, hide or reorder what is shown: control characters
    /// become their pictures, line breaks included.
    package static func line(_ text: String) -> String { DisplayText(text).string }
}
