extension BlockScanner {
    /// Follows the brackets of a block: which of its bytes are in an object, and which on the records' level.
    struct Levels {
        var nesting: UInt64
        var depth: Int
        let recordsDepth: Int
        /// The bytes whose innermost bracket is a brace.
        var inObject: UInt64
        /// The bytes inside the selected array and no other bracket.
        var atRecords: UInt64

        @inline(__always)
        init(nesting: UInt64, depth: Int, recordsDepth: Int) {
            self.nesting = nesting
            self.depth = depth
            self.recordsDepth = recordsDepth
            inObject = 0 &- (nesting & 1)
            atRecords = depth == recordsDepth ? .max : 0
        }

        /// Takes the brackets; false if one does not match, closes the selected array or is beyond the depth. `braces` tells the kinds.
        @inline(__always)
        mutating func take(opens: UInt64, closes: UInt64, braces: UInt64, maxDepth: Int) -> Bool {
            var brackets = opens | closes
            var isWrong = false
            // Choices instead of branches: what comes next in a document is anyone's guess, a processor's included.
            while brackets != 0 {
                let bracket = brackets & (0 &- brackets)
                brackets ^= bracket
                let above = 0 &- (bracket << 1)
                let isBrace: UInt64 = braces & bracket != 0 ? 1 : 0
                let isOpen = opens & bracket != 0
                let wasAtRecords = depth == recordsDepth
                let isMisplaced = isOpen ? depth >= maxDepth : wasAtRecords || nesting & 1 != isBrace
                isWrong = isWrong || isMisplaced
                nesting = isOpen ? nesting << 1 | isBrace : nesting >> 1
                depth = isOpen ? depth &+ 1 : depth &- 1
                let isAtRecords = depth == recordsDepth
                atRecords = atRecords & ~above | (isAtRecords ? above : 0)
                inObject = inObject & ~above | above & (0 &- (nesting & 1))
            }
            return !isWrong
        }
    }
}
