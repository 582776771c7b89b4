internal import CByteScan

/// Writes the accepted blocks of a chunk to the output with as few copies as it can.
///
/// Blocks without white space are left where they are until a run of them can be copied at once; the others are
/// squeezed into a buffer of a few kilobytes, which is then copied.
struct BlockOutput {
    private static let bufferSize = 4096
    private let chunk: UnsafeRawPointer
    /// The start of the run that is not written yet.
    private var runStart: Int
    private let buffer: UnsafeMutablePointer<UInt8>
    private var buffered = 0

    /// Calls `body` with an output for blocks of `chunk` from `position` on.
    static func with(
        _ chunk: UnsafeRawPointer,
        from position: Int,
        _ body: (inout BlockOutput) -> Void
    ) {
        // A block is patched behind the buffer; 16 bytes of room are for copies in steps of 16.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bufferSize + 64 + 16) { memory in
            guard let base = memory.baseAddress else { return }
            var output = BlockOutput(chunk: chunk, runStart: position, buffer: base)
            body(&output)
        }
    }

    private init(chunk: UnsafeRawPointer, runStart: Int, buffer: UnsafeMutablePointer<UInt8>) {
        self.chunk = chunk
        self.runStart = runStart
        self.buffer = buffer
    }

    /// Takes the block at `position`, the next one.
    @inline(__always)
    mutating func write(_ block: BlockScanner.Block, at position: Int, into output: inout [UInt8]) {
        if block.whitespace == 0, buffered == 0, Self.isRun(block.separators) {
            var separators = block.separators
            while separators != 0 {
                let place = position + separators.trailingZeroBitCount
                separators &= separators &- 1
                flushRun(to: place, into: &output)
                output.append(Ascii.lineFeed)
                runStart = place + 1
            }
        } else {
            squeeze(block, at: position, into: &output)
        }
    }

    /// Whether there are two separators at most. With more, squeezing is cheaper than many short runs.
    @inline(__always)
    private static func isRun(_ separators: UInt64) -> Bool {
        let others = separators & (separators &- 1)
        return others & (others &- 1) == 0
    }

    private mutating func squeeze(_ block: BlockScanner.Block, at position: Int, into output: inout [UInt8]) {
        flushRun(to: position, into: &output)
        runStart = position + 64
        let patched = buffer + Self.bufferSize
        patched.update(from: (chunk + position).assumingMemoryBound(to: UInt8.self), count: 64)
        var separators = block.separators
        while separators != 0 {
            patched[separators.trailingZeroBitCount] = Ascii.lineFeed
            separators &= separators &- 1
        }
        buffered += byte_scan_compact(buffer + buffered, patched, ~block.whitespace)
        if buffered > Self.bufferSize - 64 - 16 { flushBuffer(into: &output) }
    }

    /// Writes what is left, up to `position`.
    mutating func finish(at position: Int, into output: inout [UInt8]) {
        flushBuffer(into: &output)
        flushRun(to: position, into: &output)
    }

    private mutating func flushRun(to end: Int, into output: inout [UInt8]) {
        guard end > runStart else { return }
        output.append(contentsOf: UnsafeRawBufferPointer(start: chunk + runStart, count: end - runStart))
        runStart = end
    }

    private mutating func flushBuffer(into output: inout [UInt8]) {
        output.append(contentsOf: UnsafeBufferPointer(start: buffer, count: buffered))
        buffered = 0
    }
}
