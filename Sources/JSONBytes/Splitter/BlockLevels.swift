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

        /// Takes the brackets; false if one does not match or closes the selected array. `braces` tells the kinds.
        @inline(__always)
        mutating func take(opens: UInt64, closes: UInt64, braces: UInt64) -> Bool {
            var brackets = opens | closes
            while brackets != 0 {
                let bracket = brackets & (0 &- brackets)
                brackets ^= bracket
                let above = 0 &- (bracket << 1)
                let isBrace: UInt64 = braces & bracket != 0 ? 1 : 0
                if opens & bracket != 0 {
                    if depth == recordsDepth { atRecords &= ~above }
                    nesting = nesting << 1 | isBrace
                    depth += 1
                } else {
                    guard nesting & 1 == isBrace, depth > recordsDepth else { return false }
                    nesting >>= 1
                    depth -= 1
                    if depth == recordsDepth { atRecords |= above }
                }
                inObject = inObject & ~above | above & (0 &- (nesting & 1))
            }
            return true
        }
    }
}
