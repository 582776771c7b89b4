/// A stretch of a source file, from `start` up to but not including `end`.
///
/// It keeps byte offsets only, for a job file of 10,000 steps has half a million spans: lines and columns are worked
/// out where they are shown.
package struct SourceSpan: Hashable, Sendable {
    /// The file that the stretch belongs to.
    package let file: SourceFile
    private let lowerBound: UInt32
    private let upperBound: UInt32

    /// The span of a range of byte offsets. What lies outside the file, or beyond 4 GiB, is moved to the nearer end.
    package init(file: SourceFile, bytes: Range<Int>) {
        self.file = file
        lowerBound = UInt32(clamping: min(max(bytes.lowerBound, 0), file.bytes.count))
        upperBound = UInt32(clamping: min(max(bytes.upperBound, 0), file.bytes.count))
    }

    /// The bytes that the span covers, as offsets into `file.bytes`.
    package var byteRange: Range<Int> {
        Int(lowerBound)..<Int(upperBound)
    }

    /// Where the stretch begins. Costs a search for the line.
    package var start: SourcePosition {
        file.position(atOffset: Int(lowerBound))
    }

    /// Where the stretch ends; equal to `start` for a place rather than a stretch. Costs a search for the line.
    package var end: SourcePosition {
        file.position(atOffset: Int(upperBound))
    }

    /// `path:line:column` of the beginning, as editors and compilers write it.
    package var location: String {
        let start = start
        return "\(file.path):\(start.line):\(start.column)"
    }
}
