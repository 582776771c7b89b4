import JSONBytes
package import JobExecution

/// Reads a journal from its beginning, in memory that does not grow with it, and finds where a death has torn it.
package enum JournalReader {
    /// How far a journal can be trusted.
    package struct Extent: Hashable, Sendable {
        /// Whole lines.
        package var entries = 0
        /// The length in bytes up to which there are whole lines: where a resumed run goes on writing.
        package var validBytes = 0
        /// What follows: a line that was being written, or blocks that never reached the disk.
        package var tornBytes = 0

        /// Puts the parts together.
        package init(entries: Int = 0, validBytes: Int = 0, tornBytes: Int = 0) {
            self.entries = entries
            self.validBytes = validBytes
            self.tornBytes = tornBytes
        }
    }

    /// The longest line that counts as one: an answer of the greatest size that is read, as a string in a string.
    package static let longestLine = 256 << 20

    /// What an entry may hold: a value of the API, of the greatest depth that is read, a few levels deeper.
    static let limits = JSONLimits(maxDepth: JSONLimits.standard.maxDepth + 8, maxBytes: longestLine)

    /// Hands over every entry of the journal at `path`, in order.
    ///
    /// - Throws: `io` where it can't be read, or where whole lines follow a broken one: no death does that, so the
    ///   file was damaged and nothing may be cut off.
    package static func read(
        path: String,
        longestLine: Int = longestLine,
        _ body: (JournalEntry) -> Void
    ) throws(SinkError) -> Extent {
        var scan = JournalScan(longestLine: longestLine)
        do throws(SystemError) {
            try scan.takeFile(path, body)
        } catch {
            throw error.failure(.io, "read the journal \"\(path)\"")
        }
        return try scan.finish(path: path)
    }

    /// Hands over every entry of an open journal, in order; `path` is for messages.
    static func read(
        _ file: FileDescriptor,
        path: String,
        _ body: (JournalEntry) -> Void
    ) throws(SinkError) -> Extent {
        var scan = JournalScan(longestLine: longestLine)
        do throws(SystemError) {
            try scan.takeFile(file, body)
        } catch {
            throw error.failure(.io, "read the journal \"\(path)\"")
        }
        return try scan.finish(path: path)
    }

    /// Hands over every entry of a journal that is in memory.
    ///
    /// - Throws: `io` where whole lines follow a broken one.
    package static func read(
        bytes: [UInt8],
        longestLine: Int = longestLine,
        _ body: (JournalEntry) -> Void
    ) throws(SinkError) -> Extent {
        var scan = JournalScan(longestLine: longestLine)
        scan.take(bytes[...], body)
        return try scan.finish(path: "journal")
    }
}
