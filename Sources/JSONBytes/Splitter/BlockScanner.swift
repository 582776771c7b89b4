internal import CByteScan

/// Judges many blocks of 64 bytes at a time of what ``GrammarMachine`` judges one byte at a time, by arithmetic on bit
/// masks (`json_blocks.h`).
///
/// Blocks with an error, or with something too rare to be worth a mask (nesting deeper than 61 levels, the end of the
/// selected array), are refused and leave no trace; the machine then takes them byte by byte.
struct BlockScanner {
    /// The most blocks that are taken at a time.
    static let most = Int(BYTE_SCAN_MOST)
    private static let implementation = byte_scan_fastest()

    /// What has been carried from the blocks so far.
    private(set) var state: json_blocks_state
    /// How many levels may be open from the selected array on.
    private let maxDepth: Int

    /// Takes over from a machine that is inside the selected array; `nil` where blocks can't begin.
    init?(_ machine: GrammarMachine, recordsDepth: Int) {
        guard let state = json_blocks_state(machine, recordsDepth: recordsDepth) else { return nil }
        self.state = state
        maxDepth = min(61, min(64, machine.maxDepth) - recordsDepth + 1)
    }

    /// What accepted blocks hold, a mask each.
    struct Accepted {
        /// Insignificant white space.
        let whitespace: UnsafeBufferPointer<UInt64>
        /// The commas between records.
        let separators: UnsafeBufferPointer<UInt64>
    }

    /// Takes `count` blocks from `blocks` on, of which `available` bytes can be read, calls `body` with those that are
    /// accepted, and gives their number.
    mutating func take(
        _ blocks: UnsafeRawPointer,
        count: Int,
        available: Int,
        _ body: (Accepted) -> Void
    ) -> Int {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * Self.most) { masks in
            guard let whitespace = masks.baseAddress else { return 0 }
            let separators = whitespace + Self.most
            let accepted = json_blocks_judge(
                Self.implementation,
                blocks.assumingMemoryBound(to: UInt8.self),
                count,
                available,
                UInt32(maxDepth),
                &state,
                whitespace,
                separators
            )
            if accepted > 0 {
                body(
                    Accepted(
                        whitespace: UnsafeBufferPointer(start: whitespace, count: accepted),
                        separators: UnsafeBufferPointer(start: separators, count: accepted)
                    )
                )
            }
            return accepted
        }
    }
}
