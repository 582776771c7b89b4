import Glibc
import JobExecution

extension Folder {
    /// Opens a folder that is there. The path may lead through symbolic links, as it is the person's own choice.
    ///
    /// - Throws: `input`.
    static func existing(_ path: String, calls: SystemCalls) throws(SinkError) -> Folder {
        do throws(SystemError) {
            return try opening(path, calls: calls)
        } catch {
            throw error.failure(.input, "open the folder \"\(path)\"")
        }
    }

    /// Does that, and hands on the system's own error.
    static func opening(_ path: String, calls: SystemCalls) throws(SystemError) -> Folder {
        let opened = try repeating { Int(Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) }
        return Folder(descriptor: FileDescriptor(owning: Int32(opened)), path: path, calls: calls)
    }

    /// Opens a regular file of this folder for reading alone.
    ///
    /// - Throws: `ENOENT` where there is none, `EINVAL` where it is no regular file, `ELOOP` where it is a link.
    func openToRead(_ name: String) throws(SystemError) -> FileDescriptor {
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let file = FileDescriptor(owning: Int32(try repeating { Int(openat(descriptor.number, name, flags)) }))
        guard try file.status().st_mode & S_IFMT == S_IFREG else { throw SystemError(number: EINVAL) }
        return file
    }

    /// The content of a small file.
    ///
    /// - Throws: as ``openToRead(_:)`` does, and `EFBIG` where it is longer than `limit`.
    func readFile(_ name: String, limit: Int) throws(SystemError) -> [UInt8] {
        let file = try openToRead(name)
        let size = Int(try file.status().st_size)
        guard size <= limit else { throw SystemError(number: EFBIG) }
        var bytes = [UInt8](repeating: 0, count: size)
        var span = bytes.mutableSpan
        let count = try span.withUnsafeMutableBytes { buffer throws(SystemError) in try file.read(at: 0, into: buffer) }
        return Array(bytes.prefix(count))
    }

    /// The names of what is in this folder, in no order.
    func names() throws(SystemError) -> [String] {
        // A descriptor of its own: reading moves its position, and closing the stream closes it.
        let opened = try repeating { Int(openat(descriptor.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) }
        guard let stream = fdopendir(Int32(opened)) else {
            let number = errno
            close(Int32(opened))
            throw SystemError(number: number)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw SystemError(number: errno) }
                return names
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }
}
