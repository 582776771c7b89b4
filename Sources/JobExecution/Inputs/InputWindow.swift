import Glibc

/// A window that moves over a file from its start to its end. It holds what was read and not yet taken, so that a row is
/// always in one piece; memory is bounded by the longest row.
///
/// A run that is resumed reads its input again, so that only plain files will do: a pipe's bytes would be gone.
struct InputWindow: ~Copyable, Sendable {
    /// The file, for messages.
    let path: String
    /// Whether all of the file has been read, though not all of it may have been taken.
    private(set) var isAtEnd = false

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private let descriptor: Int32
    private let chunkBytes: Int
    private var storage: [UInt8]
    private var unread = 0..<0
    private var isAtStart = true

    /// Opens the file; nothing is read yet.
    ///
    /// - Throws: `unavailable` where it can't be opened or is no plain file.
    init(path: String, chunkBytes: Int) throws(InputError) {
        descriptor = try Self.open(path)
        self.path = path
        self.chunkBytes = chunkBytes
        storage = Array(repeating: 0, count: chunkBytes)
    }

    deinit { close(descriptor) }

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
    /// - Throws: `readFailed`.
    mutating func refill() throws(InputError) {
        let wanted = max(Self.byteOrderMark.count, 2 * unread.count)
        makeRoom(for: max(wanted, chunkBytes))
        while !isAtEnd && unread.count < wanted {
            let end = unread.upperBound
            // A closure's result carries the error, since `withUnsafeMutableBytes` does not pass typed errors on.
            let result = storage.withUnsafeMutableBytes { [descriptor, path] buffer in
                Result { () throws(InputError) in
                    try Self.read(descriptor, into: UnsafeMutableRawBufferPointer(rebasing: buffer[end...]), path: path)
                }
            }
            let count = try result.get()
            unread = unread.lowerBound..<(end + count)
            isAtEnd = count == 0
        }
        guard isAtStart else { return }
        isAtStart = false
        guard withBytes({ $0.starts(with: Self.byteOrderMark) }) else { return }
        skip(Self.byteOrderMark.count)
        if count == 0 { try refill() }
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

// MARK: System calls

extension InputWindow {
    private static func open(_ path: String) throws(InputError) -> Int32 {
        // A path with a NUL byte would be cut there by the system, and another file be opened.
        guard !path.utf8.contains(0) else {
            throw InputError(.unavailable, path: path, message: "the path contains a NUL byte")
        }
        // Without `O_NONBLOCK` a pipe would hold up the opening until somebody writes to it.
        let descriptor = repeating { Int(Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) }
        guard descriptor >= 0 else { throw unavailable(path, errno) }
        let number = Int32(descriptor)
        var status = stat()
        guard fstat(number, &status) == 0 else {
            let failure = unavailable(path, errno)
            close(number)
            throw failure
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(number)
            throw notPlain(path, isFolder: status.st_mode & S_IFMT == S_IFDIR)
        }
        return number
    }

    /// Reads up to `buffer.count` bytes; 0 at the end of the file.
    private static func read(
        _ descriptor: Int32,
        into buffer: UnsafeMutableRawBufferPointer,
        path: String
    ) throws(InputError) -> Int {
        let count = repeating { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
        guard count >= 0 else {
            throw InputError(
                .readFailed,
                path: path,
                message: "the file can't be read any further: \(String(cString: strerror(errno)))",
                help: "check the disk; what was done before is in the run's journal"
            )
        }
        return count
    }

    /// Makes a system call again for as long as a signal interrupts it.
    private static func repeating(_ call: () -> Int) -> Int {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }

    private static func unavailable(_ path: String, _ number: Int32) -> InputError {
        let (message, help): (String, String?) =
            switch number {
            case ENOENT:
                ("there is no such file", "check the path; a relative one starts at the folder that `runner` is run in")
            case ENOTDIR: ("something on the way to the file is not a folder", "check the path")
            case EACCES, EPERM: ("there is no permission to read the file", "check its owner and mode with `ls -l`")
            case EMFILE, ENFILE: ("too many files are open", "raise the limit of open files (`ulimit -n`)")
            default: ("the file can't be opened: \(String(cString: strerror(number)))", nil)
            }
        return InputError(.unavailable, path: path, message: message, help: help)
    }

    private static func notPlain(_ path: String, isFolder: Bool) -> InputError {
        InputError(
            .unavailable,
            path: path,
            message: isFolder ? "this is a folder, not a file" : "this is a pipe or a device, not a plain file",
            help: isFolder
                ? "name a file in it"
                : "save the input to a file first: a run that is resumed has to read it again"
        )
    }
}
