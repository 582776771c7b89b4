import Crypto
import Glibc

/// A file that lines are appended to through a buffer, with the hash of what it holds.
struct LineFile: Sendable {
    /// A length of the file and the hash of what it holds up to there.
    struct Prefix: Sendable {
        var bytes = 0
        var hash = SHA256()
    }

    /// The open file.
    let file: FileDescriptor
    /// What is in the file, committed or not.
    private(set) var written: Prefix

    /// From this size on a system call costs less than a copy.
    private static let largePiece = 256 << 10

    /// How much is written between two advices to put it on the disk.
    private static let adviceInterval = 8 << 20

    private let calls: SystemCalls
    private let capacity: Int
    private var buffer: [UInt8] = []
    /// The bytes up to here are on their way to the disk.
    private var advised: Int

    /// Takes over a file that holds `written` and is open for appending and reading.
    init(_ file: FileDescriptor, written: Prefix = Prefix(), capacity: Int, calls: SystemCalls) {
        self.file = file
        self.written = written
        self.capacity = capacity
        self.calls = calls
        advised = written.bytes
    }

    /// The length, what is not yet written included.
    var bytes: Int { written.bytes + buffer.count }

    /// Appends bytes to the buffer, which is written when it would grow beyond its capacity. Large pieces that have nothing
    /// to wait for are written as they are.
    mutating func append(_ lines: UnsafeRawBufferPointer) throws(SystemError) {
        if buffer.count + lines.count > capacity { try flush() }
        if lines.count >= capacity || buffer.isEmpty && lines.count >= Self.largePiece {
            try write(lines)
        } else {
            if buffer.isEmpty { buffer.reserveCapacity(capacity) }
            buffer.append(contentsOf: lines)
        }
    }

    /// Writes what is left in the buffer.
    mutating func flush() throws(SystemError) {
        if buffer.isEmpty { return }
        // Moved out, and dropped before it comes back: with a second reference to it, emptying would allocate a new one.
        var pending: [UInt8] = []
        swap(&pending, &buffer)
        try pending.span.bytes.withUnsafeBytes { bytes throws(SystemError) in try write(bytes) }
        pending.removeAll(keepingCapacity: true)
        swap(&pending, &buffer)
    }

    /// Drops everything after `prefix`, which must be one of this file.
    mutating func cut(to prefix: Prefix) throws(SystemError) {
        buffer.removeAll(keepingCapacity: true)
        guard written.bytes > prefix.bytes else { return }
        try calls.truncateFile(file, to: prefix.bytes)
        written = prefix
        advised = min(advised, prefix.bytes)
    }

    /// Drops everything after the first `length` bytes, reading the file for their hash where they are all written.
    mutating func cut(toLength length: Int) throws(SystemError) {
        if length >= written.bytes {
            buffer.removeLast(max(0, bytes - length))
        } else {
            try cut(to: prefix(ofLength: length))
        }
    }

    /// The first `length` bytes of what is written, read back.
    func prefix(ofLength length: Int) throws(SystemError) -> Prefix {
        length == written.bytes ? written : Prefix(bytes: length, hash: try file.hash(upTo: length))
    }

    /// Lets go of the buffer's memory.
    mutating func releaseBuffer() { buffer = [] }

    private mutating func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        try calls.writeAll(bytes, to: file)
        written.hash.update(bufferPointer: bytes)
        written.bytes += bytes.count
        if written.bytes - advised >= Self.adviceInterval {
            file.adviseWriting(from: advised, count: written.bytes - advised)
            advised = written.bytes
        }
    }
}
