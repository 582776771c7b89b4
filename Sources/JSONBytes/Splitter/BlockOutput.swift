internal import CByteScan

/// Writes accepted blocks to the output: without white space, and with a line feed for each comma between records.
struct BlockOutput {
    /// How many line feeds have been written.
    private(set) var lineFeeds = 0
    /// How many bytes have been written after the last of them, and before that by others.
    private(set) var recordBytes: Int

    init(recordBytes: Int) { self.recordBytes = recordBytes }

    /// Writes the blocks from `blocks` on.
    mutating func write(_ accepted: BlockScanner.Accepted, of blocks: UnsafeRawPointer, into output: inout [UInt8]) {
        if accepted.whitespace.allSatisfy({ $0 == 0 }) {
            copy(accepted, of: blocks, into: &output)
        } else {
            squeeze(accepted, of: blocks, into: &output)
        }
    }

    /// Copies all of them at once; a line feed is as long as a comma.
    private mutating func copy(
        _ accepted: BlockScanner.Accepted,
        of blocks: UnsafeRawPointer,
        into output: inout [UInt8]
    ) {
        let start = output.count
        let size = 64 * accepted.separators.count
        output.append(contentsOf: UnsafeRawBufferPointer(start: blocks, count: size))
        recordBytes += size
        for (block, separators) in accepted.separators.enumerated() where separators != 0 {
            var rest = separators
            while rest != 0 {
                let place = 64 * block + rest.trailingZeroBitCount
                output[start + place] = Ascii.lineFeed
                lineFeeds += 1
                recordBytes = size - place - 1
                rest &= rest &- 1
            }
        }
    }

    /// Copies the runs between white space by way of a buffer.
    private mutating func squeeze(
        _ accepted: BlockScanner.Accepted,
        of blocks: UnsafeRawPointer,
        into output: inout [UInt8]
    ) {
        // A block is patched behind the buffer; 16 bytes of room are for copies in steps of 16.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64 * BlockScanner.most + 16 + 64 + 16) { memory in
            guard let buffer = memory.baseAddress else { return }
            let patched = buffer + 64 * BlockScanner.most + 16
            var size = 0
            for (block, (whitespace, separators)) in zip(accepted.whitespace, accepted.separators).enumerated() {
                patched.update(from: (blocks + 64 * block).assumingMemoryBound(to: UInt8.self), count: 64)
                var rest = separators
                while rest != 0 {
                    patched[rest.trailingZeroBitCount] = Ascii.lineFeed
                    lineFeeds += 1
                    rest &= rest &- 1
                }
                let kept = ~whitespace
                let count = byte_scan_compact(buffer + size, patched, kept)
                size += count
                if separators == 0 {
                    recordBytes += count
                } else {
                    // What stands after the last separator belongs to the next record.
                    recordBytes = ((kept >> 1) >> UInt64(63 - separators.leadingZeroBitCount)).nonzeroBitCount
                }
            }
            output.append(contentsOf: UnsafeBufferPointer(start: buffer, count: size))
        }
    }
}
