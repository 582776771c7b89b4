/// A stretch of a source file, from `start` up to but not including `end`.
package struct SourceSpan: Hashable, Sendable {
    /// The file that the stretch belongs to.
    package let file: SourceFile
    /// Where the stretch begins.
    package let start: SourcePosition
    /// Where it ends; equal to `start` for a place rather than a stretch.
    package let end: SourcePosition

    /// A span between two positions of `file`.
    package init(file: SourceFile, start: SourcePosition, end: SourcePosition) {
        self.file = file
        self.start = start
        self.end = end
    }

    /// The bytes that the span covers, as offsets into `file.bytes`.
    package var byteRange: Range<Int> {
        start.offset..<max(start.offset, end.offset)
    }

    /// `path:line:column` of the beginning, as editors and compilers write it.
    package var location: String {
        "\(file.path):\(start.line):\(start.column)"
    }
}
