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
        var errors: UInt64 = 0

        let strings = classes.string
        let quotes = classes.quote
        errors |= classes.control & strings
        var characters = BlockCarry.Characters()
        let isPending = carry.characters.hexDigits | carry.characters.continuation
        if classes.backslash | classes.escaped | classes.high | isPending != 0 {
            let result = carry.characters.take(classes, block)
            characters = result.carry
            errors |= result.errors
        }
        let opening = quotes & strings
        let closing = quotes & ~strings
        let outside = ~(strings | quotes)

        // Tokens outside of strings.
        let whitespace = (classes.space | classes.layout) & ~strings
        let opens = classes.open & outside
        let closes = classes.close & outside
        let commas = classes.comma & outside
        let colons = classes.colon & outside
        let scalarBytes = outside & ~(whitespace | opens | closes | commas | colons)
        let inScalar = carry.scalars.inScalar
        let scalarStarts = scalarBytes & ~(scalarBytes << 1 | inScalar)
        let scalarEnds = (scalarBytes << 1 | inScalar) & ~scalarBytes
        var scalars = BlockCarry.Scalars()
        if scalarBytes | inScalar | carry.scalars.afterMinus != 0 {
            scalars = carry.scalars.take(
                scalarBytes,
                starts: scalarStarts,
                classes,
                block,
                available: available,
                errors: &errors
            )
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
        let namePlaces = Follow(beforeName, carry.expectsName, whitespace)
        let valuePlaces = Follow(beforeValue, carry.expectsValue, whitespace)
        let closePlaces = Follow(opens, carry.mayClose, whitespace)
        let names = opening & namePlaces.places
        let (ends, overflow) = strings.addingReportingOverflow(names | carry.inName)
        let nameEnds = ends & ~strings
        let colonPlaces = Follow(nameEnds, carry.afterName, whitespace)
        let valueEnds = (closing & ~nameEnds) | closes
        let endPlaces = Follow(valueEnds, carry.afterValue, whitespace, also: scalarEnds)

        errors |= namePlaces.places & ~(opening | closes & closePlaces.places)
        errors |= valuePlaces.places & ~(opening | opens | scalarStarts | closes & closePlaces.places)
        errors |= colonPlaces.places ^ colons
        errors |= endPlaces.places & ~(commas | closes)
        guard errors == 0 else { return nil }
        // Made anew from what is in registers: a copy of what was just stored would wait for it.
        carry = BlockCarry(
            inString: 0 &- (strings >> 63),
            inName: overflow ? 1 : 0,
            expectsName: namePlaces.carry,
            expectsValue: valuePlaces.carry,
            mayClose: closePlaces.carry,
            afterName: colonPlaces.carry,
            afterValue: endPlaces.carry,
            characters: characters,
            scalars: scalars
        )
        nesting = levels.nesting
        depth = levels.depth
        return Block(whitespace: whitespace, separators: commas & levels.atRecords)
    }

    /// The first bytes after tokens that are not white space.
    private struct Follow {
        let places: UInt64
        /// 1 if the next block begins with such a place, white space aside.
        let carry: UInt64

        /// `carry` is that of the last block; `also` are places already one byte on.
        @inline(__always)
        init(_ tokens: UInt64, _ carry: UInt64, _ whitespace: UInt64, also: UInt64 = 0) {
            let next = tokens << 1 | carry | also
            // An addition carries each place to the end of the white space that it stands in.
            let (moved, overflow) = whitespace.addingReportingOverflow(next & whitespace)
            places = (next | moved) & ~whitespace
            self.carry = tokens >> 63 | (overflow ? 1 : 0)
        }
    }
}
