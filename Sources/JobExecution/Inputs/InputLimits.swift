/// What an input file may ask of the reader.
package struct InputLimits: Hashable, Sendable {
    /// The longest field of a CSV file, in bytes as written.
    package var maxFieldBytes: Int
    /// The longest row of a CSV file and the longest line of an NDJSON file, in bytes as written.
    package var maxRowBytes: Int
    /// The most fields that a row of a CSV file may have.
    package var maxColumns: Int
    /// How much is read from the file at a time, in bytes.
    package var chunkBytes: Int

    /// Fields of 1 MiB, rows of 16 MiB, 4096 columns: far beyond what people put into such files, yet small enough for
    /// any machine.
    package static let standard = InputLimits()

    /// Sets the limits.
    package init(
        maxFieldBytes: Int = 1 << 20,
        maxRowBytes: Int = 16 << 20,
        maxColumns: Int = 4096,
        chunkBytes: Int = 256 << 10
    ) {
        self.maxFieldBytes = maxFieldBytes
        self.maxRowBytes = maxRowBytes
        self.maxColumns = maxColumns
        self.chunkBytes = max(1, chunkBytes)
    }
}
