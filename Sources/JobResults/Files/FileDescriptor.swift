import Glibc

/// An open file or folder of this process. It is closed when the last reference goes.
package final class FileDescriptor: Sendable {
    /// What the system calls it.
    package let number: Int32

    /// Takes over a number that is open and that nobody else closes.
    package init(owning number: Int32) { self.number = number }

    deinit { close(number) }

    /// Reads up to `buffer.count` bytes at an offset, fewer only at the end of the file.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        var count = 0
        while count < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
            let got = try repeating { pread(number, rest.baseAddress, rest.count, offset + count) }
            if got == 0 { break }
            count += got
        }
        return count
    }
}
