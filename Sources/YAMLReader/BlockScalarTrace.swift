import Diagnostics

/// Traces literal and folded block scalars line by line (YAML 1.2.2, section 8.1).
struct BlockScalarTrace: ScalarTrace {
    private let file: SourceFile
    private let text: [UInt8]
    private let isFolded: Bool
    private var textIndex = 0
    private var line: Int
    /// How many spaces every line begins with; known once the first line of text has been met.
    private var indent: Int?
    /// A piece that has been found together with the one before.
    private var pending: ScalarPiece?

    /// A trace at the beginning of `node`, a scalar with this text and style.
    init(of node: YAMLNode, style: YAMLScalar.Style, text: [UInt8]) {
        file = node.span.file
        self.text = text
        isFolded = style == .folded
        line = node.span.start.line + 1
    }

    mutating func next() -> ScalarPiece? {
        if let piece = pending {
            pending = nil
            return piece
        }
        guard textIndex < text.count else { return nil }
        return indent == nil ? beginning() : lineAndBreaks()
    }

    /// Blank lines before the first text, then its line, whose indentation is that of all.
    private mutating func beginning() -> ScalarPiece? {
        let breaks = run(of: UInt8(ascii: "\n"), in: text, from: textIndex, to: text.count)
        let range = file.lineRange(line + breaks)
        let found = run(of: UInt8(ascii: " "), in: file.bytes, from: range.lowerBound, to: range.upperBound)
        let kept = run(of: UInt8(ascii: " "), in: text, from: textIndex + breaks, to: text.count)
        guard found > kept else { return nil }
        indent = found - kept
        guard breaks > 0 else { return lineAndBreaks() }
        let source = file.lineRange(line).lowerBound..<range.lowerBound + found - kept
        line += breaks
        textIndex += breaks
        return ScalarPiece(text: textIndex - breaks..<textIndex, source: source, isVerbatim: false)
    }

    /// A line of text; the break after it becomes the pending piece.
    private mutating func lineAndBreaks() -> ScalarPiece? {
        guard let source = content(ofLine: line), text[textIndex...].starts(with: file.bytes[source]) else {
            return nil
        }
        let start = textIndex
        textIndex += source.count
        let piece = ScalarPiece(text: start..<textIndex, source: source, isVerbatim: true)
        guard textIndex < text.count else { return piece }

        var blanks = 0
        while line + blanks + 1 <= file.lineCount, isBlank(line + blanks + 1) { blanks += 1 }
        let breaks = run(of: UInt8(ascii: "\n"), in: text, from: textIndex, to: text.count)
        let isEnd = textIndex + breaks == text.count
        let length: Int
        if isEnd {
            length = breaks
        } else if isFolded, blanks == 0, text[textIndex] == UInt8(ascii: " ") {
            length = 1
        } else {
            guard breaks == blanks + 1 || (isFolded && breaks == blanks && blanks > 0) else { return piece }
            length = breaks
        }
        line += blanks + 1
        let end = isEnd ? source.upperBound : content(ofLine: line)?.lowerBound ?? source.upperBound
        pending = ScalarPiece(
            text: textIndex..<textIndex + length,
            source: source.upperBound..<end,
            isVerbatim: false
        )
        textIndex += length
        return piece
    }

    private func content(ofLine number: Int) -> Range<Int>? {
        let range = file.lineRange(number)
        guard let indent, range.count >= indent else { return nil }
        return range.lowerBound + indent..<range.upperBound
    }

    private func isBlank(_ number: Int) -> Bool {
        let range = file.lineRange(number)
        let spaces = run(of: UInt8(ascii: " "), in: file.bytes, from: range.lowerBound, to: range.upperBound)
        return spaces == range.count && spaces <= indent ?? 0
    }

    private func run(of byte: UInt8, in bytes: [UInt8], from start: Int, to end: Int) -> Int {
        var index = start
        while index < end, bytes[index] == byte { index += 1 }
        return index - start
    }
}
