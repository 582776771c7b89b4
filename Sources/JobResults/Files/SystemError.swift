import Glibc
import JobExecution

/// An error number of the system and what it means in plain English.
struct SystemError: Error, Hashable {
    /// As `errno` has it.
    let number: Int32

    /// What the number means, to stand after a colon.
    var meaning: String {
        switch number {
        case ENOSPC: "the disk is full"
        case EDQUOT: "the disk quota is used up"
        case EIO: "the disk reported an error"
        case EROFS: "the file system is read-only"
        case EACCES, EPERM: "permission denied"
        case ENOENT: "there is no such file or folder"
        case ENOTDIR: "something on the path is not a folder"
        case EISDIR: "it is a folder"
        case EEXIST: "it exists already"
        case ELOOP: "a symbolic link stands in its place"
        case EFBIG: "the file is too large for the file system or for the limit set (`ulimit -f`)"
        case EMFILE, ENFILE: "too many files are open"
        case ENAMETOOLONG: "the name is too long"
        case EPIPE: "the reader has gone"
        case ESTALE: "the network file system has lost the file"
        default: String(cString: strerror(number))
        }
    }

    /// What to do about it, where something sensible can be said.
    var help: String? {
        switch number {
        case ENOSPC, EDQUOT: "free some space, or choose another disk with `--output DIR`"
        case EROFS, EACCES, EPERM: "make it writable for this user, or choose another folder with `--output DIR`"
        case ENOTDIR, EISDIR, EEXIST, ELOOP, ENAMETOOLONG: "choose another folder with `--output DIR`"
        case EFBIG: "raise the limit (`ulimit -f`), or choose another disk with `--output DIR`"
        case EMFILE, ENFILE: "raise the limit of open files (`ulimit -n`)"
        case EIO, ESTALE: "check the disk; what was committed before is still there"
        default: nil
        }
    }

    /// The failure of `action`, which names what was tried and on which path: `write to "results/…"`.
    func failure(_ kind: SinkError.Kind, _ action: String) -> SinkError {
        SinkError(kind, "can't \(action): \(meaning)", help: kind == .input ? inputHelp : help)
    }

    /// The same for what was there to be read: it can't be put elsewhere.
    private var inputHelp: String? {
        switch number {
        case ENOENT, ENOTDIR, EISDIR, ELOOP, ENAMETOOLONG: "check the path"
        case EACCES, EPERM: "make it readable for this user"
        default: help
        }
    }
}
