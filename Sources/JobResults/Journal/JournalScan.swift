import Glibc
import JobExecution

/// Cuts a journal's bytes into lines as they come, and keeps account of where it breaks.
struct JournalScan {
    private let longestLine: Int
    private var line: [UInt8] = []
    private var extent = JournalReader.Extent()
    private var total = 0
    /// From the first line on that is none.
    private var isBroken = false
    /// Whether an entry came after that.
    private var hasEntryAfterBreak = false

    /// Begins at a journal's first byte.
    init(longestLine: Int) { self.longestLine = longestLine }

    /// Takes a whole file, in chunks.
    mutating func takeFile(_ path: String, _ body: (JournalEntry) -> Void) throws(SystemError) {
        let opened = try repeating { Int(open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) }
        try takeFile(FileDescriptor(owning: Int32(opened)), body)
    }

    /// Takes a whole open file, in chunks.
    mutating func takeFile(_ file: FileDescriptor, _ body: (JournalEntry) -> Void) throws(SystemError) {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        var offset = 0
        while true {
            var span = chunk.mutableSpan
            let count = try span.withUnsafeMutableBytes { buffer throws(SystemError) in
                try file.read(at: offset, into: buffer)
            }
            if count == 0 { return }
            take(chunk[..<count], body)
            offset += count
        }
    }

    /// Takes the next bytes.
    mutating func take(_ bytes: ArraySlice<UInt8>, _ body: (JournalEntry) -> Void) {
        var rest = bytes
        total += bytes.count
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            line.append(contentsOf: rest[..<end])
            rest = rest[(end + 1)...]
            endLine(body)
            line.removeAll(keepingCapacity: true)
        }
        line.append(contentsOf: rest)
        if line.count > longestLine {
            // No entry, whatever follows; its beginning is of no use.
            isBroken = true
            line.removeAll(keepingCapacity: true)
        }
    }

    /// Tells how far the journal is whole.
    ///
    /// - Throws: `io` where an entry follows a line that is none.
    func finish(path: String) throws(SinkError) -> JournalReader.Extent {
        if hasEntryAfterBreak {
            throw SinkError(
                .io,
                "the journal \"\(path)\" is damaged: line \(extent.entries + 1) is no entry, but entries follow it",
                help: "restore the file from a backup, or start a new run"
            )
        }
        var extent = extent
        extent.tornBytes = total - extent.validBytes
        return extent
    }

    private mutating func endLine(_ body: (JournalEntry) -> Void) {
        let entry = line.count > longestLine ? nil : line.withUnsafeBytes { JournalEntry($0) }
        guard !isBroken, let entry, entry.sequence == extent.entries + 1 else {
            // A line of the right form counts even out of its place: it was written, so something before is missing.
            hasEntryAfterBreak = hasEntryAfterBreak || entry != nil
            isBroken = true
            return
        }
        extent.entries += 1
        extent.validBytes += line.count + 1
        body(entry)
    }
}
