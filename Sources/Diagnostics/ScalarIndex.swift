/// Converts between byte offsets and counts of Unicode scalars in constant time, by a count kept for every block of
/// bytes. Without it, columns in a file of one very long line would cost a scan of the line each.
///
/// Every byte that does not continue a UTF-8 sequence counts as one scalar, so invalid text has an index as well.
struct ScalarIndex: Sendable {
    private static let blockSize = 256

    /// How many scalars begin before each block; empty when all bytes are ASCII and counts equal offsets.
    private let scalarsBeforeBlock: [Int]

    /// Indexes `bytes`; the same bytes have to be passed to the methods.
    init(of bytes: [UInt8]) {
        guard !Self.isASCII(bytes) else {
            scalarsBeforeBlock = []
            return
        }
        scalarsBeforeBlock = bytes.withUnsafeBufferPointer { bytes in
            var counts: [Int] = []
            counts.reserveCapacity(bytes.count / Self.blockSize + 1)
            var count = 0
            for index in bytes.indices {
                if index % Self.blockSize == 0 { counts.append(count) }
                if bytes[index] & 0xC0 != 0x80 { count += 1 }
            }
            return counts
        }
    }

    /// Whether no byte has its highest bit set, eight bytes at a time.
    private static func isASCII(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var index = 0
            while index + 8 <= bytes.count {
                if bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 {
                    return false
                }
                index += 8
            }
            return bytes[index...].allSatisfy { $0 < 0x80 }
        }
    }

    /// How many scalars begin before `offset`.
    func count(before offset: Int, in bytes: [UInt8]) -> Int {
        guard !scalarsBeforeBlock.isEmpty, offset > 0 else { return offset }
        let block = min(offset / Self.blockSize, scalarsBeforeBlock.count - 1)
        return bytes.withUnsafeBufferPointer { bytes in
            var count = scalarsBeforeBlock[block]
            for index in block * Self.blockSize..<offset where bytes[index] & 0xC0 != 0x80 {
                count += 1
            }
            return count
        }
    }

    /// Where the scalar of this number (from 0) begins; the end of the bytes if there are fewer.
    func offset(ofScalar number: Int, in bytes: [UInt8]) -> Int {
        guard !scalarsBeforeBlock.isEmpty, number > 0 else { return min(max(number, 0), bytes.count) }
        let block = max(scalarsBeforeBlock.partitionPoint { $0 > number } - 1, 0)
        return bytes.withUnsafeBufferPointer { bytes in
            var count = scalarsBeforeBlock[block]
            for index in block * Self.blockSize..<bytes.count where bytes[index] & 0xC0 != 0x80 {
                if count == number { return index }
                count += 1
            }
            return bytes.count
        }
    }
}

extension Array {
    /// The index of the first element for which `isBeyond` holds, in an array sorted so that it holds for a suffix.
    func partitionPoint(where isBeyond: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = low + (high - low) / 2
            if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
