/// A place between two characters of a source file.
package struct SourcePosition: Hashable, Comparable, Sendable {
    /// How many bytes of the file stand before this place.
    package let offset: Int
    /// The line, counted from 1.
    package let line: Int
    /// The column, counted from 1 in Unicode scalars. A byte order mark does not count.
    package let column: Int

    /// A position whose three coordinates the caller knows to agree; `SourceFile.position(atOffset:)` derives them.
    package init(offset: Int, line: Int, column: Int) {
        self.offset = offset
        self.line = line
        self.column = column
    }

    /// The order within one file.
    package static func < (lhs: SourcePosition, rhs: SourcePosition) -> Bool {
        lhs.offset < rhs.offset
    }
}
