internal import CByteScan

/// Judges 64 bytes at a time what ``GrammarMachine`` judges one at a time, by arithmetic on bit masks.
///
/// The technique is simdjson's (Langdale and Lemire, "Parsing Gigabytes of JSON per Second"), taken further: not only
/// strings are found by masks, but the order of tokens and the grammar of numbers are checked by them too. The rule
/// behind it: if what follows every token is right, every token stands right.
///
/// A block with an error, or with something too rare to be worth a mask (an exponent, nesting beyond 64 levels, the
/// end of the selected array), is refused and leaves no trace; the machine then takes it byte by byte.
struct BlockScanner {
    /// What has been carried from the blocks so far.
    private(set) var carry: BlockCarry
    /// The open arrays and objects, as in ``Nesting``; all of them are in `nesting`.
    private(set) var nesting: UInt64
    private(set) var depth: Int
    /// The depth inside the selected array.
    private let recordsDepth: Int
    private let maxDepth: Int

    /// What an accepted block holds.
    struct Block {
        /// Insignificant white space.
        var whitespace: UInt64 = 0
        /// The commas between records.
        var separators: UInt64 = 0
    }

    /// Takes over from a machine that is inside the selected array; `nil` where blocks can't begin.
    init?(_ machine: GrammarMachine, recordsDepth: Int) {
        guard machine.nesting.depth <= 64, let carry = BlockCarry(machine) else { return nil }
        self.carry = carry
        self.recordsDepth = recordsDepth
        nesting = machine.nesting.top
        depth = machine.nesting.depth
        maxDepth = min(64, machine.maxDepth)
    }

    /// Takes the 64 bytes at `block`, of which `classes` speaks. `nil` if it refuses them; nothing has changed then.
    /// `available` is how many bytes can be read from `block` on, 64 or more.
    @inline(__always)
    mutating func accept(_ classes: byte_scan_classes, _ block: UnsafeRawPointer, available: Int) -> Block? {
        var next = carry
        var errors: UInt64 = 0

        // Strings: from the opening quote up to the byte before the closing one.
        var quotes = classes.quote
        if classes.backslash | carry.escaped | carry.hexDigits != 0 {
            let escaped = next.takeEscapes(classes, block, errors: &errors)
            quotes &= ~escaped
        }
        let strings = Self.prefixParity(quotes) ^ carry.inString
        next.inString = 0 &- (strings >> 63)
        errors |= classes.control & strings
        if classes.high | carry.continuation != 0 { next.takeSequences(block, errors: &errors) }
        let opening = quotes & strings
        let closing = quotes & ~strings
        let outside = ~(strings | quotes)

        // Tokens outside of strings.
        let whitespace = (classes.space | classes.layout) & ~strings
        let opens = classes.open & outside
        let closes = classes.close & outside
        let commas = classes.comma & outside
        let colons = classes.colon & outside
        let scalars = outside & ~(whitespace | opens | closes | commas | colons)
        let scalarStarts = scalars & ~(scalars << 1 | carry.inScalar)
        let scalarEnds = (scalars << 1 | carry.inScalar) & ~scalars
        if scalars | carry.inScalar | carry.afterMinus != 0 {
            next.takeScalars(scalars, starts: scalarStarts, classes, block, available: available, errors: &errors)
        }

        // Where objects are, and where the records' level is.
        var levels = Levels(nesting: nesting, depth: depth, recordsDepth: recordsDepth)
        if opens | closes != 0 {
            guard levels.take(opens: opens, closes: closes, braces: classes.bit5, maxDepth: maxDepth) else {
                return nil
            }
        }

        // What follows each token, white space aside.
        let opensObject = opens & classes.bit5
        let beforeName = commas & levels.inObject | opensObject
        let beforeValue = colons | commas & ~levels.inObject | opens & ~classes.bit5
        let namePlaces = Self.follow(beforeName, &next.expectsName, whitespace)
        let valuePlaces = Self.follow(beforeValue, &next.expectsValue, whitespace)
        let closePlaces = closes & Self.follow(opens, &next.mayClose, whitespace)
        let names = opening & namePlaces
        let (ends, overflow) = strings.addingReportingOverflow(names | carry.inName)
        let nameEnds = ends & ~strings
        next.inName = overflow ? 1 : 0
        let colonPlaces = Self.follow(nameEnds, &next.afterName, whitespace)
        let valueEnds = (closing & ~nameEnds) | closes
        let endPlaces = Self.follow(valueEnds, &next.afterValue, whitespace, also: scalarEnds)

        errors |= namePlaces & ~(opening | closePlaces)
        errors |= valuePlaces & ~(opening | opens | scalarStarts | closePlaces)
        errors |= colonPlaces ^ colons
        errors |= endPlaces & ~(commas | closes)
        guard errors == 0 else { return nil }
        carry = next
        nesting = levels.nesting
        depth = levels.depth
        return Block(whitespace: whitespace, separators: commas & levels.atRecords)
    }

    /// For each bit the parity of the bits up to it.
    @inline(__always)
    private static func prefixParity(_ bits: UInt64) -> UInt64 {
        var parity = bits
        parity ^= parity << 1
        parity ^= parity << 2
        parity ^= parity << 4
        parity ^= parity << 8
        parity ^= parity << 16
        parity ^= parity << 32
        return parity
    }

    /// The first bytes after `tokens` that are not white space, with the place that `carry` brings from the last
    /// block; takes what the next block has to look at into `carry`. `also` are places already one byte on.
    @inline(__always)
    private static func follow(
        _ tokens: UInt64,
        _ carry: inout UInt64,
        _ whitespace: UInt64,
        also: UInt64 = 0
    ) -> UInt64 {
        let places = tokens << 1 | carry | also
        carry = tokens >> 63
        if whitespace == 0 { return places }
        // An addition carries each place to the end of the white space that it stands in.
        let (moved, overflow) = whitespace.addingReportingOverflow(places & whitespace)
        if overflow { carry = 1 }
        return (places | moved) & ~whitespace
    }
}
