/// What a document may ask of the splitter.
package struct SplitterLimits: Hashable, Sendable {
    /// The largest record, in bytes as written, without its line feed.
    package var maxRecordBytes: Int
    /// The most that may stand around the records, in bytes without insignificant white space.
    package var maxEnvelopeBytes: Int
    /// The deepest nesting of arrays and objects in the whole document.
    package var maxDepth: Int

    /// 256 MiB a record, 1 MiB around them, 512 levels.
    package static let standard = SplitterLimits()

    /// Sets the limits.
    package init(maxRecordBytes: Int = 256 << 20, maxEnvelopeBytes: Int = 1 << 20, maxDepth: Int = 512) {
        self.maxRecordBytes = maxRecordBytes
        self.maxEnvelopeBytes = maxEnvelopeBytes
        self.maxDepth = maxDepth
    }
}
