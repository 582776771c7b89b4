/// A fast 64-bit digest of a page's records, to notice a server that sends the same page again. It needs no strength
/// against intent: who controls the answers can send anything.
///
/// Words of eight bytes go to four lanes in turn, so that a processor mixes four of them at once.
package struct PageFingerprint: Sendable {
    private static let seed: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// The lane of the next word comes first: lanes change places after each word.
    private var lanes = (seed, seed &* 3, seed &* 5, seed &* 7)
    private var count = 0
    private var tail: UInt64 = 0
    private var tailCount = 0

    /// The digest of no bytes.
    package init() {}

    /// Adds bytes; how they are cut into pieces does not matter.
    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        count += bytes.count
        var index = 0
        while index < bytes.count, tailCount != 0 {
            addToTail(bytes[index])
            index += 1
        }
        while index + 32 <= bytes.count {
            Self.mix(&lanes.0, Self.word(bytes, index))
            Self.mix(&lanes.1, Self.word(bytes, index + 8))
            Self.mix(&lanes.2, Self.word(bytes, index + 16))
            Self.mix(&lanes.3, Self.word(bytes, index + 24))
            index += 32
        }
        while index + 8 <= bytes.count {
            add(Self.word(bytes, index))
            index += 8
        }
        while index < bytes.count {
            addToTail(bytes[index])
            index += 1
        }
    }

    /// The digest of all bytes so far.
    package var value: UInt64 {
        var result = UInt64(truncatingIfNeeded: count)
        // Where the turn stands is the same for the same count.
        for part in [lanes.0, lanes.1, lanes.2, lanes.3, tail] { Self.mix(&result, part) }
        return result
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    private mutating func addToTail(_ byte: UInt8) {
        tail |= UInt64(byte) << UInt64(8 * tailCount)
        tailCount += 1
        guard tailCount == 8 else { return }
        add(tail)
        tail = 0
        tailCount = 0
    }

    private mutating func add(_ word: UInt64) {
        Self.mix(&lanes.0, word)
        lanes = (lanes.1, lanes.2, lanes.3, lanes.0)
    }

    private static func mix(_ lane: inout UInt64, _ word: UInt64) {
        lane = (lane ^ word) &* 0xD6E8_FEB8_6659_FD93
        lane ^= lane >> 32
    }
}
