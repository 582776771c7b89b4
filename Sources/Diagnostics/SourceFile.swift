/// The text of one input file, with what it takes to turn byte offsets into lines and columns and back.
///
/// Two values are equal when they are the same object: a span stays tied to the very text that was read.
package final class SourceFile: Sendable, Hashable {
    /// The path as the person gave it.
    package let path: String
    /// The file's bytes, unchanged: a byte order mark and invalid UTF-8 are still there.
    package let bytes: [UInt8]

    /// The offset of the first byte of each line. A line ends at `\n`, `\r\n` or a lone `\r`, as in YAML 1.2.
    private let lineStarts: [Int]
    private let scalars: ScalarIndex

    /// Indexes `bytes` once, in time and memory proportional to their number.
    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
        lineStarts = Self.lineStarts(of: bytes)
        scalars = ScalarIndex(of: bytes)
    }

    /// The number of lines; a file that ends in a line break has an empty last line.
    package var lineCount: Int {
        lineStarts.count
    }

    /// The length of the UTF-8 byte order mark that the file begins with: 3 or 0.
    package var byteOrderMarkLength: Int {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The text of a line counted from 1, without its line break or a byte order mark. Invalid UTF-8 is repaired with
    /// U+FFFD; a line that does not exist is empty.
    package func line(_ number: Int) -> String {
        String(decoding: bytes[lineRange(number)], as: UTF8.self)
    }

    /// The bytes of a line counted from 1, without its line break or a byte order mark.
    package func lineRange(_ number: Int) -> Range<Int> {
        guard number >= 1, number <= lineStarts.count else { return bytes.count..<bytes.count }
        let start = contentStart(ofLine: number)
        var end = number < lineStarts.count ? lineStarts[number] : bytes.count
        if number < lineStarts.count {
            end -= 1
            if end > start, bytes[end] == UInt8(ascii: "\n"), bytes[end - 1] == UInt8(ascii: "\r") {
                end -= 1
            }
        }
        return start..<max(start, end)
    }

    /// The line and column of a byte. An offset outside the file is moved to its nearer end.
    package func position(atOffset offset: Int) -> SourcePosition {
        let offset = min(max(offset, 0), bytes.count)
        let line = lineStarts.partitionPoint { $0 > offset }
        let start = contentStart(ofLine: line)
        let column = scalars.count(before: offset, in: bytes) - scalars.count(before: start, in: bytes)
        return SourcePosition(offset: offset, line: line, column: max(column, 0) + 1)
    }

    /// The position `column` Unicode scalars into a line, both counted from 1; the inverse of `position(atOffset:)`.
    package func position(line: Int, column: Int) -> SourcePosition {
        let line = min(max(line, 1), lineStarts.count)
        return SourcePosition(offset: offset(line: line, column: column), line: line, column: max(column, 1))
    }

    /// The offset of the place `column` Unicode scalars into a line, both counted from 1.
    package func offset(line: Int, column: Int) -> Int {
        let start = contentStart(ofLine: min(max(line, 1), lineStarts.count))
        return scalars.offset(ofScalar: scalars.count(before: start, in: bytes) + max(column, 1) - 1, in: bytes)
    }

    /// The span of a range of byte offsets. An offset outside the file is moved to its nearer end.
    package func span(_ range: Range<Int>) -> SourceSpan {
        SourceSpan(file: self, bytes: range)
    }

    /// The offset of the first byte of an existing line, after a byte order mark.
    private func contentStart(ofLine number: Int) -> Int {
        lineStarts[number - 1] + (number == 1 ? byteOrderMarkLength : 0)
    }

    package static func == (lhs: SourceFile, rhs: SourceFile) -> Bool {
        lhs === rhs
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(self))
    }

    private static func lineStarts(of bytes: [UInt8]) -> [Int] {
        bytes.withUnsafeBufferPointer { bytes in
            var starts = [0]
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                index += 1
                if byte == UInt8(ascii: "\n") {
                    starts.append(index)
                } else if byte == UInt8(ascii: "\r") {
                    if index < bytes.count, bytes[index] == UInt8(ascii: "\n") { index += 1 }
                    starts.append(index)
                }
            }
            return starts
        }
    }
}
