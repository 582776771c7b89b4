import CLinux
import Glibc

/// An open file or folder of this process. It is closed when the last reference goes.
package final class FileDescriptor: Sendable {
    /// What the system calls it.
    package let number: Int32

    /// Takes over a number that is open and that nobody else closes.
    package init(owning number: Int32) { self.number = number }

    deinit { close(number) }

    /// What the system knows of it.
    func status() throws(SystemError) -> stat {
        var status = stat()
        _ = try repeating { Int(fstat(number, &status)) }
        return status
    }

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

    /// Lets the system begin to put these bytes on the disk, so that a later sync has less to wait for.
    ///
    /// It promises nothing: what must be on the disk is synced as ever, and whether the advice was taken does not matter.
    func adviseWriting(from offset: Int, count: Int) {
        _ = sync_file_range(number, Int64(offset), Int64(count), clinux_sync_file_range_write)
    }

    /// Hands over the whole file in pieces of up to `chunk` bytes, and tells its length.
    func readAll(chunk: Int, _ body: (UnsafeRawBufferPointer) -> Void) throws(SystemError) -> Int {
        var bytes = [UInt8](repeating: 0, count: chunk)
        var offset = 0
        while true {
            var span = bytes.mutableSpan
            let count = try span.withUnsafeMutableBytes { buffer throws(SystemError) in
                let count = try read(at: offset, into: buffer)
                body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                return count
            }
            if count == 0 { return offset }
            offset += count
        }
    }
}
