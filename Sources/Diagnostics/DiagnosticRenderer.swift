/// Turns diagnostics into text for people, in the manner of rustc: message, place, the line with a caret, advice.
package struct DiagnosticRenderer: Sendable {
    private let style: TerminalStyle

    /// A renderer that colours its output by ANSI escapes if `color`, else writes plain text.
    package init(color: Bool) {
        style = TerminalStyle(isColored: color)
    }

    /// One diagnostic as lines, without a line break at the end.
    package func render(_ diagnostic: Diagnostic) -> String {
        var lines = [title(of: diagnostic)]
        let excerpt = SourceExcerpt(of: diagnostic)
        lines += excerpt.lines(style: style, accent: style.accent(of: diagnostic.severity))
        let margin = String(repeating: " ", count: excerpt.gutterWidth)
        if !diagnostic.help.isEmpty, !excerpt.isEmpty {
            lines.append(style.paint("\(margin)  |", .gutter))
        }
        for help in diagnostic.help {
            let text = DisplayText.neutralised(help)
            lines.append("\(margin)  \(style.paint("=", .gutter)) \(style.paint("help", .strong)): \(text)")
        }
        return lines.joined(separator: "\n")
    }

    /// All diagnostics, sorted by file and position (those without a place last), a blank line between two, and a
    /// closing line with their number, without a line break at the end. Empty for no diagnostics.
    package func render(_ diagnostics: [Diagnostic]) -> String {
        let sorted = diagnostics.enumerated().sorted { lhs, rhs in
            (sortKey(lhs.element), lhs.offset) < (sortKey(rhs.element), rhs.offset)
        }
        var blocks = sorted.map { render($0.element) }
        if let count = countLine(of: diagnostics) { blocks.append(count) }
        return blocks.joined(separator: "\n\n")
    }

    private func title(of diagnostic: Diagnostic) -> String {
        let head = "\(diagnostic.severity.rawValue)[\(DisplayText.neutralised(diagnostic.code))]"
        let message = ": \(DisplayText.neutralised(diagnostic.message))"
        return style.paint(head, style.accent(of: diagnostic.severity)) + style.paint(message, .strong)
    }

    private func countLine(of diagnostics: [Diagnostic]) -> String? {
        let counts = [(Diagnostic.Severity.error, "error"), (.warning, "warning")].compactMap { severity, noun in
            let count = diagnostics.count { $0.severity == severity }
            return count == 0 ? nil : "\(count) \(noun)\(count == 1 ? "" : "s")"
        }
        return counts.isEmpty ? nil : counts.joined(separator: ", ")
    }

    private struct SortKey: Comparable {
        let path: String?
        let offset: Int

        static func < (lhs: SortKey, rhs: SortKey) -> Bool {
            guard let left = lhs.path else { return false }
            guard let right = rhs.path else { return true }
            return (left, lhs.offset) < (right, rhs.offset)
        }
    }

    private func sortKey(_ diagnostic: Diagnostic) -> SortKey {
        SortKey(path: diagnostic.span?.file.path, offset: diagnostic.span?.start.offset ?? 0)
    }
}
