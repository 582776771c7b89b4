import Crypto
import Glibc

extension FileDescriptor {
    private static let chunk = 1 << 20

    /// The SHA-256 of the file's first `end` bytes, to be continued.
    ///
    /// - Parameters:
    ///   - hash: that of the first `start` bytes.
    ///   - start: where to go on.
    /// - Throws: `EIO` where the file is shorter, so somebody else has cut it.
    func hash(_ hash: SHA256 = SHA256(), from start: Int = 0, upTo end: Int) throws(SystemError) -> SHA256 {
        var hash = hash
        var offset = start
        var bytes = [UInt8](repeating: 0, count: min(max(0, end - start), Self.chunk))
        while offset < end {
            let wanted = min(Self.chunk, end - offset)
            var span = bytes.mutableSpan
            try span.withUnsafeMutableBytes { buffer throws(SystemError) in
                let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
                guard try read(at: offset, into: part) == wanted else { throw SystemError(number: EIO) }
                hash.update(bufferPointer: UnsafeRawBufferPointer(part))
            }
            offset += wanted
        }
        return hash
    }
}
