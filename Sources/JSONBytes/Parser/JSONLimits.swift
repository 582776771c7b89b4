/// What a document may ask of the parser.
package struct JSONLimits: Hashable, Sendable {
    /// The deepest nesting of arrays and objects that is read.
    package var maxDepth: Int
    /// The largest document that is read, in bytes.
    package var maxBytes: Int

    /// 512 levels and 64 MiB: far beyond what an API answers with, yet small enough for any machine.
    package static let standard = JSONLimits()

    /// Sets the limits.
    package init(maxDepth: Int = 512, maxBytes: Int = 64 << 20) {
        self.maxDepth = maxDepth
        self.maxBytes = maxBytes
    }
}
