package import Diagnostics

extension YAMLNode {
    /// The place in the source of a part of a scalar's text, given as a range of UTF-8 offsets into the text.
    ///
    /// An empty range gives a place. Where the text cannot be traced back exactly, and for collections, the answer is
    /// the whole node. Costs a walk over the scalar.
    package func span(ofUTF8 range: Range<Int>) -> SourceSpan {
        guard case .scalar(let scalar) = content else { return span }
        let text = Array(scalar.text.utf8)
        guard range.lowerBound >= 0, range.upperBound <= text.count else { return span }
        let place =
            switch scalar.style {
            case .plain, .singleQuoted, .doubleQuoted:
                FlowScalarTrace(of: self, style: scalar.style, text: text).place(of: range)
            case .literal, .folded:
                BlockScalarTrace(of: self, style: scalar.style, text: text).place(of: range)
            }
        return place.map(span.file.span) ?? span
    }
}

/// Walks over a scalar's text and its source side by side.
protocol ScalarTrace {
    /// The next piece, or nil at the end or where text and source do not agree.
    mutating func next() -> ScalarPiece?
}

/// A stretch of a scalar's text and the source that it comes from, as UTF-8 offsets.
struct ScalarPiece {
    /// Where it is in the text.
    let text: Range<Int>
    /// Where it is in the file.
    let source: Range<Int>
    /// Whether the bytes are the same; if not, the piece is an escape or a fold and has no inner positions.
    let isVerbatim: Bool
}

extension ScalarTrace {
    /// The source of a range of the text, if every piece up to its end agrees.
    func place(of range: Range<Int>) -> Range<Int>? {
        var trace = self
        var start: Int?
        var last: ScalarPiece?
        while let piece = trace.next() {
            last = piece
            if start == nil, piece.text.contains(range.lowerBound) {
                start =
                    piece.isVerbatim
                    ? piece.source.lowerBound + range.lowerBound - piece.text.lowerBound : piece.source.lowerBound
            }
            guard let start else { continue }
            if range.isEmpty { return start..<start }
            if range.upperBound <= piece.text.upperBound {
                let end =
                    piece.isVerbatim
                    ? piece.source.lowerBound + range.upperBound - piece.text.lowerBound : piece.source.upperBound
                return start..<end
            }
        }
        // A place at the very end of the text belongs to no piece.
        guard range.isEmpty, let last, last.text.upperBound == range.lowerBound else { return nil }
        return last.source.upperBound..<last.source.upperBound
    }
}
