import Glibc
import JobExecution

/// An open folder and the calls on its direct entries. As each call starts at the open folder, nobody can put a
/// symbolic link into the path of a run that goes on.
///
/// What it makes has the mode that is asked for, whatever the umask: 0700 for folders, 0600 for files.
struct Folder: Sendable {
    /// The folder itself.
    let descriptor: FileDescriptor
    /// For messages.
    let path: String
    /// What all durable writing goes through.
    let calls: SystemCalls

    private static let openFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC

    /// Opens the folder at `path`, or makes it if it is missing; what should hold it must be there. This one path may
    /// lead through symbolic links, as it is the person's own choice.
    ///
    /// - Parameter changed: gets the folder that should hold it, where that has a new entry to be forced to the disk.
    /// - Throws: `cannotCreate`.
    static func root(_ path: String, calls: SystemCalls, changed: inout [Folder]) throws(SinkError) -> Folder {
        let made = mkdir(path, 0o700) == 0
        let number = errno
        if !made && number != EEXIST {
            let help = number == ENOENT ? "make the folder that should hold it first" : SystemError(number: number).help
            let meaning =
                number == ENOENT ? "the folder that should hold it is missing" : SystemError(number: number).meaning
            throw SinkError(.cannotCreate, "can't make the folder \"\(path)\" for the results: \(meaning)", help: help)
        }
        if made { chmod(path, 0o700) }
        do throws(SystemError) {
            let opened = try repeating { Int(Glibc.open(path, openFlags)) }
            let folder = Folder(descriptor: FileDescriptor(owning: Int32(opened)), path: path, calls: calls)
            if made { changed.append(try folder.parent()) }
            return folder
        } catch {
            throw error.failure(.cannotCreate, "open the folder \"\(path)\" for the results")
        }
    }

    /// Opens a folder in this one.
    func folder(_ name: String) throws(SystemError) -> Folder {
        let opened = try repeating { Int(openat(descriptor.number, name, Self.openFlags | O_NOFOLLOW)) }
        return Folder(descriptor: FileDescriptor(owning: Int32(opened)), path: path(of: name), calls: calls)
    }

    /// Makes a folder in this one and opens it. It is on the disk once this one is synced.
    ///
    /// - Throws: `EEXIST` where the name is taken.
    func makeFolder(_ name: String) throws(SystemError) -> Folder {
        _ = try repeating { Int(mkdirat(descriptor.number, name, 0o700)) }
        // Under a umask of 0777 the folder can't even be opened before.
        fchmodat(descriptor.number, name, 0o700, AT_SYMLINK_NOFOLLOW)
        let made = try folder(name)
        _ = try repeating { Int(fchmod(made.descriptor.number, 0o700)) }
        return made
    }

    /// Makes a file that was not there, for appending and reading.
    ///
    /// - Throws: `EEXIST` where the name is taken, be it by a symbolic link that leads nowhere.
    func makeFile(_ name: String) throws(SystemError) -> FileDescriptor {
        try openFile(name, O_RDWR | O_CREAT | O_EXCL | O_APPEND)
    }

    /// Opens a regular file, or makes it if it is missing.
    func openOrMakeFile(_ name: String) throws(SystemError) -> FileDescriptor {
        // Without O_NONBLOCK a named pipe in its place would hang the run.
        try openFile(name, O_RDWR | O_CREAT | O_NONBLOCK)
    }

    /// Opens a regular file that is there, for appending and reading.
    ///
    /// - Throws: `ENOENT` where there is none, `EINVAL` where it is no regular file.
    func openFile(_ name: String) throws(SystemError) -> FileDescriptor {
        let file = try openFile(name, O_RDWR | O_APPEND | O_NONBLOCK)
        guard try file.status().st_mode & S_IFMT == S_IFREG else { throw SystemError(number: EINVAL) }
        return file
    }

    private func openFile(_ name: String, _ flags: Int32) throws(SystemError) -> FileDescriptor {
        let opened = try repeating {
            Int(openat(descriptor.number, name, flags | O_NOFOLLOW | O_CLOEXEC, mode_t(0o600)))
        }
        let file = FileDescriptor(owning: Int32(opened))
        _ = try repeating { Int(fchmod(file.number, 0o600)) }
        return file
    }

    /// Whether there is anything of that name, a link that leads nowhere included.
    func contains(_ name: String) throws(SystemError) -> Bool {
        var status = stat()
        do throws(SystemError) {
            _ = try repeating { Int(fstatat(descriptor.number, name, &status, AT_SYMLINK_NOFOLLOW)) }
            return true
        } catch  where error.number == ENOENT {
            return false
        }
    }

    /// Gives an entry another name.
    func rename(_ old: String, to new: String) throws(SystemError) {
        try calls.renameFile(in: descriptor, from: old, to: new)
    }

    /// Removes a file or a link, if it is there.
    func remove(_ name: String) throws(SystemError) {
        do throws(SystemError) {
            _ = try repeating { Int(unlinkat(descriptor.number, name, 0)) }
        } catch  where error.number == ENOENT {}
    }

    /// Makes a symbolic link in this folder.
    func makeLink(_ name: String, to target: String) throws(SystemError) {
        _ = try repeating { Int(symlinkat(target, descriptor.number, name)) }
    }

    /// Waits until the names in this folder are on the disk.
    func sync() throws(SystemError) { try calls.syncFile(descriptor) }

    private func parent() throws(SystemError) -> Folder {
        let opened = try repeating { Int(openat(descriptor.number, "..", Self.openFlags)) }
        return Folder(descriptor: FileDescriptor(owning: Int32(opened)), path: path(of: ".."), calls: calls)
    }

    /// The path of an entry, for messages.
    func path(of name: String) -> String { path.hasSuffix("/") ? path + name : "\(path)/\(name)" }
}
