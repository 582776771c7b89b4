import Glibc

/// The calls that make results durable, so that a test can let any one of them fail.
///
/// Each returns what the system does: a count or 0, or -1 with the error in `errno`.
package struct SystemCalls: Sendable {
    /// `write(2)`.
    package var write: @Sendable (Int32, UnsafeRawBufferPointer) -> Int
    /// `ftruncate(2)`.
    package var truncate: @Sendable (Int32, Int) -> Int32
    /// `fdatasync(2)`.
    package var syncData: @Sendable (Int32) -> Int32
    /// `fsync(2)`.
    package var sync: @Sendable (Int32) -> Int32
    /// `renameat(2)`. Both names are relative to the folder that is open under the number.
    package var rename: @Sendable (Int32, String, String) -> Int32

    /// The system's own.
    package static let system = SystemCalls(
        write: { Glibc.write($0, $1.baseAddress, $1.count) },
        truncate: { Glibc.ftruncate($0, $1) },
        syncData: { Glibc.fdatasync($0) },
        sync: { Glibc.fsync($0) },
        rename: { Glibc.renameat($0, $1, $0, $2) }
    )
}

extension SystemCalls {
    /// Writes all of `bytes`, through interruptions and short writes.
    ///
    /// - Throws: the system's error. How much was written before it is unknown.
    func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: FileDescriptor) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = try repeating { write(descriptor.number, UnsafeRawBufferPointer(rebasing: rest)) }
            // POSIX lets a write of some bytes return 0 only for odd files; without this it would never end.
            guard written > 0 else { throw SystemError(number: EIO) }
            rest = rest.dropFirst(written)
        }
    }

    /// Cuts the file to `length` bytes.
    func truncateFile(_ descriptor: FileDescriptor, to length: Int) throws(SystemError) {
        _ = try repeating { Int(truncate(descriptor.number, length)) }
    }

    /// Waits until the file's bytes and its length are on the disk.
    func syncFileData(_ descriptor: FileDescriptor) throws(SystemError) {
        _ = try repeating { Int(syncData(descriptor.number)) }
    }

    /// Waits until a file with all its attributes, or a folder's entries, are on the disk.
    func syncFile(_ descriptor: FileDescriptor) throws(SystemError) {
        _ = try repeating { Int(sync(descriptor.number)) }
    }

    /// Gives a file of `folder` another name in it, replacing what has it.
    func renameFile(in folder: FileDescriptor, from old: String, to new: String) throws(SystemError) {
        _ = try repeating { Int(rename(folder.number, old, new)) }
    }
}

/// Makes a system call again for as long as a signal interrupts it.
func repeating(_ call: () -> Int) throws(SystemError) -> Int {
    while true {
        let result = call()
        if result >= 0 { return result }
        let number = errno
        if number != EINTR { throw SystemError(number: number) }
    }
}
