import Diagnostics
import Glibc

/// Reads a file that may be anything: missing, a directory, a pipe, a device without an end, larger than memory.
enum FileLoader {
    /// The bytes of the file at `path`, or a diagnostic that says why there are none.
    ///
    /// At most `limit` + 1 bytes are ever held. A named pipe is read until its writers close it.
    static func bytes(atPath path: String, limit: Int) throws(DiagnosticError) -> [UInt8] {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw DiagnosticError(.error("file-not-found", "`\(path)` is not the path of a file", at: nil))
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw failure(errno, path: path) }
        defer { close(descriptor) }

        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(errno, path: path) }
        if status.st_mode & S_IFMT == S_IFDIR { throw failure(EISDIR, path: path) }
        let size = Int(status.st_size)
        if status.st_mode & S_IFMT == S_IFREG, size > limit { throw tooLarge(path: path, limit: limit) }

        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(max(size, 0), limit) + 1)
        var code: CInt = 0
        while bytes.count <= limit {
            let wanted = min(64 << 10, limit + 1 - bytes.count)
            let chunk = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
                let result = read(descriptor, buffer.baseAddress, wanted)
                code = result < 0 ? errno : 0
                count = max(0, result)
            }
            if code == EINTR { continue }
            guard code == 0 else { throw failure(code, path: path) }
            if chunk.isEmpty { return bytes }
            bytes += chunk
        }
        throw tooLarge(path: path, limit: limit)
    }

    /// The refusal of a file with more than `limit` bytes.
    static func tooLarge(path: String, limit: Int) -> DiagnosticError {
        DiagnosticError(
            .error(
                "file-too-large",
                "`\(path)` is larger than the \(limit) bytes allowed for a YAML file",
                at: nil,
                help: "keep data out of it: put long lists into a file of their own"
            )
        )
    }

    private static func failure(_ code: CInt, path: String) -> DiagnosticError {
        switch code {
        case ENOENT, ENOTDIR:
            DiagnosticError(
                .error("file-not-found", "there is no file `\(path)`", at: nil, help: "check the path")
            )
        case EISDIR:
            DiagnosticError(
                .error("file-is-directory", "`\(path)` is a directory, not a file", at: nil, help: "name a file in it")
            )
        case EACCES, EPERM:
            DiagnosticError(
                .error(
                    "file-unreadable",
                    "no permission to read `\(path)`",
                    at: nil,
                    help: "check its owner and mode with `ls -l`"
                )
            )
        default:
            DiagnosticError(
                .error("file-unreadable", "cannot read `\(path)`: \(String(cString: strerror(code)))", at: nil)
            )
        }
    }
}
