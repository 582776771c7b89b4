/// A fast 64-bit digest of a page's records, to notice a server that sends the same page again. It needs no strength
/// against intent: who controls the answers can send anything.
struct PageFingerprint: Sendable {
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    private var tail: UInt64 = 0
    private var tailCount = 0

    /// Adds bytes; how they are cut into pieces does not matter.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var index = 0
        while index < bytes.count, tailCount != 0 {
            addToTail(bytes[index])
            index += 1
        }
        while index + 8 <= bytes.count {
            mix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
            index += 8
        }
        while index < bytes.count {
            addToTail(bytes[index])
            index += 1
        }
    }

    var value: UInt64 {
        var copy = self
        copy.mix(copy.tail ^ UInt64(copy.tailCount) << 56)
        return copy.state
    }

    private mutating func addToTail(_ byte: UInt8) {
        tail |= UInt64(byte) << UInt64(8 * tailCount)
        tailCount += 1
        guard tailCount == 8 else { return }
        mix(tail)
        tail = 0
        tailCount = 0
    }

    private mutating func mix(_ word: UInt64) {
        state = (state ^ word) &* 0xD6E8_FEB8_6659_FD93
        state ^= state >> 32
    }
}
