import Glibc

/// A file that is read once, from its start to its end, and that nobody may change meanwhile.
///
/// Only plain files will do: a run that is resumed reads its input again, and a pipe's bytes would be gone.
struct InputFile: ~Copyable, Sendable {
    /// The path, as the job names it.
    let path: String

    private let descriptor: Int32
    private let stamp: Stamp

    /// What changes when somebody writes to the file.
    private struct Stamp: Equatable {
        let size: Int
        let seconds: Int
        let nanoseconds: Int

        init(_ status: stat) {
            size = Int(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    /// Opens the file.
    ///
    /// - Throws: `unavailable` where it can't be opened or is no plain file.
    init(path: String) throws(InputError) {
        (descriptor, stamp) = try Self.open(path)
        self.path = path
    }

    deinit { close(descriptor) }

    /// Reads up to `buffer.count` bytes; 0 at the end of the file.
    ///
    /// - Throws: `readFailed`, also at the end of a file that was changed since it was opened: its last row may be cut
    ///   off, or half of it be another file's.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        let count = Self.repeating { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
        guard count >= 0 else { throw readFailed(errno) }
        guard count == 0 else { return count }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw readFailed(errno) }
        guard Stamp(status) == stamp else {
            throw InputError(
                .readFailed,
                path: path,
                message: "the file was changed while it was being read",
                help: "leave it alone until the run has ended; write to a new file and rename it"
            )
        }
        return 0
    }

    private func readFailed(_ number: Int32) -> InputError {
        InputError(
            .readFailed,
            path: path,
            message: "the file can't be read any further: \(String(cString: strerror(number)))",
            help: "check the disk; what was done before is in the run's journal"
        )
    }

    private static func open(_ path: String) throws(InputError) -> (Int32, Stamp) {
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
        return (number, Stamp(status))
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
