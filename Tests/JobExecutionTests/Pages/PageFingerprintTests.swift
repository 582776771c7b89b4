import JobExecution
import Testing

struct PageFingerprintTests {
    private static func value(_ pieces: [[UInt8]]) -> UInt64 {
        var fingerprint = PageFingerprint()
        for piece in pieces { piece.withUnsafeBytes { fingerprint.add($0) } }
        return fingerprint.value
    }

    private static func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 >> 3) }
    }

    @Test(
        "However the bytes are cut, the digest is the same",
        arguments: [0, 1, 7, 8, 9, 31, 32, 33, 63, 64, 65, 200, 1031]
    )
    func cuts(count: Int) {
        let bytes = Self.bytes(count)
        let whole = Self.value([bytes])
        for first in stride(from: 0, through: count, by: 1) {
            #expect(Self.value([Array(bytes[..<first]), Array(bytes[first...])]) == whole, "cut at \(first)")
        }
        for size in 1...40 {
            let pieces = stride(from: 0, to: count, by: size).map { Array(bytes[$0..<min($0 + size, count)]) }
            #expect(Self.value(pieces) == whole, "pieces of \(size)")
        }
    }

    @Test("Every bit and the length count")
    func changes() {
        let bytes = Self.bytes(133)
        var seen: Set<UInt64> = [Self.value([bytes])]
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << bit
                #expect(seen.insert(Self.value([changed])).inserted, "bit \(bit) of byte \(index)")
            }
        }
        for count in 0..<200 {
            #expect(seen.insert(Self.value([[UInt8](repeating: 0, count: count)])).inserted, "\(count) zeros")
        }
    }

    @Test("So does the order of the words, within a lane and between lanes", arguments: [8, 16, 24, 32, 64])
    func order(distance: Int) {
        let bytes = Self.bytes(128)
        var swapped = bytes
        for index in 0..<8 { swapped.swapAt(index, index + distance) }
        #expect(Self.value([bytes]) != Self.value([swapped]))
    }
}
