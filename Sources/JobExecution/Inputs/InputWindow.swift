/// A window that moves over a file from its start to its end. It holds what was read and not yet taken, so that a row is
/// always in one piece; memory is bounded by the longest row.
struct InputWindow: ~Copyable, Sendable {
    /// The file's path, for messages.
    var path: String { file.path }
    /// Whether all of the file has been read, though not all of it may have been taken.
    private(set) var isAtEnd = false

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private let file: InputFile
    private let chunkBytes: Int
    private var storage: [UInt8]
    private var unread = 0..<0
    private var isAtStart = true

    /// Opens the file; nothing is read yet.
    ///
    /// - Throws: `unavailable` where it can't be opened or is no plain file.
    init(path: String, chunkBytes: Int) throws(InputError) {
        file = try InputFile(path: path)
        self.chunkBytes = chunkBytes
        storage = Array(repeating: 0, count: chunkBytes)
    }

    /// How many bytes were read and not yet taken.
    var count: Int { unread.count }

    /// Shows the bytes that were read and not yet taken.
    @inline(__always)
    func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        storage.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[unread])) }
    }

    /// Takes bytes from the front of the window.
    mutating func skip(_ count: Int) {
        unread = unread.dropFirst(count)
    }

    /// Reads on until the window holds twice what it does now, or the file ends. A byte order mark at the file's start
    /// never shows.
    ///
    /// Doubling keeps the cost of scanning a long row again and again from its start below three times that of scanning
    /// it once.
    ///
    /// - Throws: `readFailed`, also where the file has changed since it was opened.
    mutating func refill() throws(InputError) {
        let wanted = max(Self.byteOrderMark.count, 2 * unread.count)
        makeRoom(for: max(wanted, chunkBytes))
        while !isAtEnd && unread.count < wanted {
            let end = unread.upperBound
            let count = try Self.read(file, into: &storage, from: end)
            unread = unread.lowerBound..<(end + count)
            isAtEnd = count == 0
        }
        guard isAtStart else { return }
        isAtStart = false
        guard withBytes({ $0.starts(with: Self.byteOrderMark) }) else { return }
        skip(Self.byteOrderMark.count)
        if count == 0 { try refill() }
    }

    private static func read(
        _ file: borrowing InputFile,
        into storage: inout [UInt8],
        from end: Int
    ) throws(InputError) -> Int {
        // A closure's result carries the error, since `withUnsafeMutableBytes` does not pass typed errors on.
        let result = storage.withUnsafeMutableBytes { buffer in
            Result { () throws(InputError) in
                try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[end...]))
            }
        }
        return try result.get()
    }

    /// Moves what the window holds to the front of the storage, which is given space for `capacity` bytes.
    private mutating func makeRoom(for capacity: Int) {
        let held = unread
        storage.withUnsafeMutableBytes { buffer in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[held]))
        }
        unread = 0..<held.count
        if storage.count < capacity {
            storage.append(contentsOf: repeatElement(0, count: capacity - storage.count))
        }
    }
}
