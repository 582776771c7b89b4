/// One line of source made ready to show, with a stretch of it to mark.
///
/// The line is cut to what fits in `width` cells around the stretch, so that a line of megabytes costs no more than a
/// short one.
struct MarkedLine {
    /// How many cells of a line are shown.
    static let width = 100
    /// How many of them may stand before the marked stretch when the line is cut.
    private static let lead = 40
    /// How many bytes are looked at on each side; a cell can take several bytes.
    private static let reach = 4 * width

    /// The line, or the part of it around the stretch, with `…` where it was cut.
    let text: String
    private let indent: Int
    private let length: Int

    /// The first line of `span`.
    init(_ span: SourceSpan) {
        let bytes = span.file.bytes
        let line = span.file.lineRange(span.start.line)
        let start = min(max(span.byteRange.lowerBound, line.lowerBound), line.upperBound)
        let end = min(max(span.byteRange.upperBound, start), line.upperBound)

        let lead = Self.piece(of: bytes, from: line.lowerBound, to: start, end: .upper)
        let stretch = Self.piece(of: bytes, from: start, to: end, end: .lower)
        let rest = Self.piece(of: bytes, from: end, to: line.upperBound, end: .lower)
        var (before, marked, after) = (lead.text, stretch.text, rest.text)
        var isCutBefore = lead.isCut
        var isCutAfter = stretch.isCut || rest.isCut

        if isCutBefore || isCutAfter || before.width + marked.width + after.width > Self.width {
            if before.width + marked.width > Self.width || isCutBefore {
                isCutBefore = before.truncateBeginning(to: Self.lead) || isCutBefore
            }
            if marked.truncate(to: Self.width - before.width) || stretch.isCut {
                after.cells = []
                isCutAfter = true
            }
            isCutAfter = after.truncate(to: max(0, Self.width - before.width - marked.width)) || isCutAfter
        }
        text = (isCutBefore ? "…" : "") + before.string + marked.string + after.string + (isCutAfter ? "…" : "")
        indent = before.width + (isCutBefore ? 1 : 0)
        length = max(1, marked.width)
    }

    /// The line of markers to show below, with a label after them.
    func markers(_ marker: Character, label: String?) -> String {
        let markers = String(repeating: " ", count: indent) + String(repeating: marker, count: length)
        guard let label, !label.isEmpty else { return markers }
        return "\(markers) \(DisplayText.neutralised(label))"
    }

    private enum End {
        case lower, upper
    }

    /// The text of a range of bytes, or of the `reach` bytes of it at one end.
    private static func piece(
        of bytes: [UInt8],
        from lower: Int,
        to upper: Int,
        end: End
    ) -> (text: DisplayText, isCut: Bool) {
        var range = lower..<upper
        let isCut = range.count > reach
        if isCut {
            switch end {
            case .lower:
                range = lower..<lower + reach
                while range.count > 1, bytes[range.upperBound] & 0xC0 == 0x80 {
                    range = lower..<range.upperBound - 1
                }
            case .upper:
                range = upper - reach..<upper
                while range.count > 1, bytes[range.lowerBound] & 0xC0 == 0x80 {
                    range = range.lowerBound + 1..<upper
                }
            }
        }
        return (DisplayText(String(decoding: bytes[range], as: UTF8.self)), isCut)
    }
}
