/// The lines of source that a diagnostic talks about, with markers under what it means.
///
/// Lines of the diagnostic's own file come in order, `...` between those that are not neighbours; those of other files
/// follow, each file under its own `:::` line. Of a span over several lines only the first is shown.
struct SourceExcerpt {
    /// A marked stretch of one line.
    private struct Mark {
        let span: SourceSpan
        let label: String?
        let isPrimary: Bool
    }

    private let groups: [[Mark]]
    /// The width of the largest line number shown, in cells.
    let gutterWidth: Int

    /// The excerpt for a diagnostic; empty if it has no place.
    init(of diagnostic: Diagnostic) {
        var groups: [[Mark]] = []
        func add(_ mark: Mark) {
            if let index = groups.firstIndex(where: { $0[0].span.file == mark.span.file }) {
                groups[index].append(mark)
            } else {
                groups.append([mark])
            }
        }
        if let span = diagnostic.span {
            add(Mark(span: span, label: diagnostic.label, isPrimary: true))
        }
        for related in diagnostic.related {
            add(Mark(span: related.span, label: related.label, isPrimary: false))
        }
        self.groups = groups
        gutterWidth = groups.joined().map { String($0.span.start.line).count }.max() ?? 1
    }

    /// Whether there is nothing to show.
    var isEmpty: Bool {
        groups.isEmpty
    }

    /// The excerpt as lines; `accent` colours the diagnostic's own marker.
    func lines(style: TerminalStyle, accent: TerminalStyle.Role) -> [String] {
        let margin = String(repeating: " ", count: gutterWidth)
        let bar = style.paint("\(margin)  |", .gutter)
        var lines: [String] = []
        for (index, marks) in groups.enumerated() {
            let arrow = index == 0 ? "-->" : ":::"
            lines.append("\(margin) \(style.paint(arrow, .gutter)) \(DisplayText.neutralised(marks[0].span.location))")
            lines.append(bar)
            var shown: Int?
            for mark in marks.sorted(by: { $0.span.start < $1.span.start }) {
                let number = mark.span.start.line
                let line = MarkedLine(mark.span)
                if number != shown {
                    if let shown, number > shown + 1 { lines.append(style.paint("...", .gutter)) }
                    let padding = String(repeating: " ", count: gutterWidth - String(number).count)
                    lines.append(joined(style.paint(" \(padding)\(number) |", .gutter), line.text))
                    shown = number
                }
                let role = mark.isPrimary ? accent : .gutter
                lines.append(bar + " " + style.paint(line.markers(mark.isPrimary ? "^" : "-", label: mark.label), role))
            }
        }
        return lines
    }

    private func joined(_ gutter: String, _ text: String) -> String {
        text.isEmpty ? gutter : "\(gutter) \(text)"
    }
}
