import Diagnostics

/// Columns of text for people.
enum TextTable {
    /// Lines with the columns side by side, two spaces between them, without spaces at the ends of lines. What stands in
    /// them may come from a file that anybody wrote: nothing in it acts on a terminal.
    static func render(_ rows: [[String]], rightAligned: Set<Int> = []) -> String {
        let rows = rows.map { $0.map(TerminalText.line) }
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, text in
                let space = String(repeating: " ", count: widths[column] - text.count)
                return rightAligned.contains(column) ? space + text : text + space
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
