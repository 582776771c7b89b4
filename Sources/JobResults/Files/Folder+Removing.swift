import Glibc

extension Folder {
    /// Whether there is a folder of that name; a link to one is none.
    func isFolder(_ name: String) throws(SystemError) -> Bool {
        var status = stat()
        do throws(SystemError) {
            _ = try repeating { Int(fstatat(descriptor.number, name, &status, AT_SYMLINK_NOFOLLOW)) }
            return status.st_mode & S_IFMT == S_IFDIR
        } catch  where error.number == ENOENT {
            return false
        }
    }

    /// Where a symbolic link leads; nothing where there is none of that name.
    func linkTarget(_ name: String) throws(SystemError) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        do throws(SystemError) {
            let count = try repeating { readlinkat(descriptor.number, name, &bytes, bytes.count) }
            return String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        } catch  where error.number == ENOENT || error.number == EINVAL {
            return nil
        }
    }

    /// Removes a folder with all that is in it. Links are removed, and not followed.
    func removeTree(_ name: String) throws(SystemError) {
        let tree = try folder(name)
        for entry in try tree.names() {
            if try tree.isFolder(entry) {
                try tree.removeTree(entry)
            } else {
                try tree.remove(entry)
            }
        }
        _ = try repeating { Int(unlinkat(descriptor.number, name, AT_REMOVEDIR)) }
    }
}
