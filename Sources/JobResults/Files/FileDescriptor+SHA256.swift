import Crypto
import Glibc

extension FileDescriptor {
    private static let chunk = 1 << 20

    /// The SHA-256 of the file's first `end` bytes, to be continued.
    ///
    /// - Throws: `EIO` where the file is shorter, so somebody else has cut it.
    func hash(upTo end: Int) throws(SystemError) -> SHA256 {
        var hash = SHA256()
        var bytes = [UInt8](repeating: 0, count: min(end, Self.chunk))
        var offset = 0
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
