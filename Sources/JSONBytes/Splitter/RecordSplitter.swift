/// Cuts the elements of one array out of a JSON document that arrives in chunks, and writes each as a line.
///
/// A record is the element's own bytes without insignificant white space, and a line feed: number lexemes, escapes,
/// member order and duplicate members are as the sender wrote them. The whole document is validated on the way by
/// RFC 8259 and accepted exactly where ``JSONParser`` accepts it, but for the limits and for a member on the path that
/// comes twice, which is an error. Chunk boundaries make no difference.
///
/// Memory holds the envelope and one bit a level of nesting; records go straight to the output. So when `feed` or
/// `finish` throws, the output may already end with records of a broken document, the last one in part: the caller
/// drops what came from it.
package struct RecordSplitter: Sendable {
    private let limits: SplitterLimits
    private var machine: GrammarMachine
    private var tracker: PathTracker
    private var envelope: [UInt8] = []
    /// The depth inside the selected array while its elements are read.
    private var recordsDepth: Int?
    private var recordBytes = 0
    private var offset = 0
    private var failure: JSONError?

    /// How many records have been written completely.
    package private(set) var recordCount = 0

    /// Selects the array that `path` leads to from the root, by member names; an empty path is the root itself. Names
    /// are compared with the decoded names of the document.
    package init(path: [String], limits: SplitterLimits = .standard) {
        self.limits = limits
        machine = GrammarMachine(maxDepth: limits.maxDepth)
        tracker = PathTracker(path: path)
    }

    /// Takes the next chunk, of any size, and appends the records in it to `output`.
    ///
    /// Throws where the document turns out to be broken or beyond the limits, and from then on always.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer, into output: inout [UInt8]) throws(JSONError) {
        if let failure { throw failure }
        var position = 0
        // After a refused block, its bytes are taken one by one before the next try.
        var nextBlock = 0
        while position < bytes.count {
            do {
                if position >= nextBlock, bytes.count - position >= 64, let recordsDepth,
                    let scanner = BlockScanner(machine, recordsDepth: recordsDepth)
                {
                    position = try takeBlocks(scanner, recordsDepth: recordsDepth, bytes, from: position, into: &output)
                    nextBlock = position + 64
                } else {
                    try take(bytes[position], into: &output)
                    position += 1
                    offset += 1
                }
            } catch {
                let isMark = offset == 0 && bytes[position] == 0xEF
                let failure = JSONError(offset: offset, reason: isMark ? .byteOrderMark : error)
                self.failure = failure
                throw failure
            }
        }
    }

    /// Ends the document. Throws if it is not complete.
    package mutating func finish() throws(JSONError) -> SplitSummary {
        if let failure { throw failure }
        guard machine.isComplete else { throw JSONError(offset: offset, reason: .unexpectedEnd) }
        return SplitSummary(recordCount: recordCount, envelope: envelope, selectedType: tracker.selectedType)
    }

    private mutating func take(_ byte: UInt8, into output: inout [UInt8]) throws(JSONError.Reason) {
        let event = try machine.step(byte)
        if event == .whitespace { return }
        if let recordsDepth {
            try takeInRecords(event, byte, recordsDepth: recordsDepth, into: &output)
            return
        }
        try appendToEnvelope(byte)
        if try tracker.take(event, byte, depth: machine.nesting.depth) { recordsDepth = machine.nesting.depth }
    }

    private mutating func takeInRecords(
        _ event: GrammarMachine.Event,
        _ byte: UInt8,
        recordsDepth: Int,
        into output: inout [UInt8]
    ) throws(JSONError.Reason) {
        if event == .comma, machine.nesting.depth == recordsDepth {
            endRecord(into: &output)
        } else if event == .endArray, machine.nesting.depth < recordsDepth {
            if recordBytes > 0 { endRecord(into: &output) }
            self.recordsDepth = nil
            try appendToEnvelope(byte)
        } else {
            guard recordBytes < limits.maxRecordBytes else { throw .recordTooLarge(limit: limits.maxRecordBytes) }
            recordBytes += 1
            output.append(byte)
        }
    }

    /// Takes blocks of 64 bytes as long as the scanner accepts them, and gives the position after the last one.
    private mutating func takeBlocks(
        _ start: BlockScanner,
        recordsDepth: Int,
        _ bytes: UnsafeRawBufferPointer,
        from first: Int,
        into output: inout [UInt8]
    ) throws(JSONError.Reason) -> Int {
        guard let base = bytes.baseAddress else { return first }
        var scanner = start
        var position = first
        var blocks = BlockOutput(recordBytes: recordBytes)
        // Few at first, then twice as many each time: where blocks are refused again and again, little work is wasted.
        var wanted = 1
        while true {
            // A record that may come to be too large within the blocks is left to `take`, which knows the exact byte.
            let room = min(bytes.count - position, limits.maxRecordBytes - blocks.recordBytes) / 64
            let count = min(wanted, room)
            guard count > 0 else { break }
            let accepted = scanner.take(base + position, count: count, available: bytes.count - position) {
                blocks.write($0, of: base + position, into: &output)
            }
            position += 64 * accepted
            if accepted == count {
                wanted = min(2 * wanted, BlockScanner.most)
            } else if count > 1 {
                wanted = 1
            } else {
                break
            }
        }
        guard position > first else { return first }
        offset += position - first
        recordCount += blocks.lineFeeds
        recordBytes = blocks.recordBytes
        let end = base + position
        let replay = scanner.state.restore(&machine, recordsDepth: recordsDepth, from: base + first, to: end)
        for byte in UnsafeRawBufferPointer(start: end - replay, count: replay) { _ = try machine.step(byte) }
        return position
    }

    private mutating func endRecord(into output: inout [UInt8]) {
        output.append(Ascii.lineFeed)
        recordBytes = 0
        recordCount += 1
    }

    private mutating func appendToEnvelope(_ byte: UInt8) throws(JSONError.Reason) {
        guard envelope.count < limits.maxEnvelopeBytes else {
            throw .envelopeTooLarge(limit: limits.maxEnvelopeBytes)
        }
        envelope.append(byte)
    }
}
