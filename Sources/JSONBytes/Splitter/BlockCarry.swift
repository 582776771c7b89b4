/// What one block of 64 bytes leaves for the next: what the ``GrammarMachine`` keeps as a state, as bits.
///
/// A field is 0 or 1, or a mask over the first bytes of the next block, if nothing else is said. The `after…` and
/// `expects…` fields speak of the last token before the next block, white space aside; one of them is set at most,
/// besides `mayClose`.
struct BlockCarry {
    /// All ones inside a string.
    var inString: UInt64 = 0
    /// Inside a string: it is a member name.
    var inName: UInt64 = 0
    /// A member name must come.
    var expectsName: UInt64 = 0
    /// A value must come.
    var expectsValue: UInt64 = 0
    /// An array or object has just been opened, and may be closed at once.
    var mayClose: UInt64 = 0
    /// A colon must come.
    var afterName: UInt64 = 0
    /// A comma or a closing bracket must come.
    var afterValue: UInt64 = 0
    var characters = Characters()
    var scalars = Scalars()

    /// What the escapes and the UTF-8 of a block leave for the next.
    struct Characters {
        /// A backslash escapes the next byte.
        var escaped: UInt64 = 0
        /// Bytes that have to be hexadecimal digits.
        var hexDigits: UInt64 = 0
        /// Bytes that have to continue a UTF-8 sequence.
        var continuation: UInt64 = 0
        /// The last byte was one of those that narrow the range of the next one.
        var afterE0: UInt64 = 0
        var afterED: UInt64 = 0
        var afterF0: UInt64 = 0
        var afterF4: UInt64 = 0
    }

    /// What the numbers and literals of a block leave for the next.
    struct Scalars {
        /// The last byte belongs to a number or literal.
        var inScalar: UInt64 = 0
        var afterMinus: UInt64 = 0
        var afterLeadingZero: UInt64 = 0
        var inInteger: UInt64 = 0
        var afterPoint: UInt64 = 0
        var inFraction: UInt64 = 0
        /// Bytes of a literal that has been compared already.
        var literal: UInt64 = 0
        /// The byte after that literal.
        var afterLiteral: UInt64 = 0
    }
}

extension BlockCarry {
    /// Takes over from a machine; `nil` in the middle of a number, literal, escape or UTF-8 sequence.
    init?(_ machine: GrammarMachine) {
        switch machine.state {
        case .value: expectsValue = 1
        case .firstElement: (expectsValue, mayClose) = (1, 1)
        case .name: expectsName = 1
        case .firstName: (expectsName, mayClose) = (1, 1)
        case .colon: afterName = 1
        case .afterValue: afterValue = 1
        case .string:
            inString = .max
            inName = machine.isName ? 1 : 0
        default: return nil
        }
    }

    /// Hands over to a machine, as of some bytes before `end`, where the last block ended, and gives their number. They
    /// have to be stepped through, since they begin a token that is not complete. The token lies behind `start`.
    func restore(_ machine: inout GrammarMachine, from start: UnsafeRawPointer, to end: UnsafeRawPointer) -> Int {
        if inString != 0 {
            machine.state = .string
            machine.isName = inName != 0
            if characters.escaped != 0 { return 1 }
            // The backslash, the `u` and the digits so far.
            if characters.hexDigits != 0 { return 2 + 4 - characters.hexDigits.nonzeroBitCount }
            return characters.continuation != 0 ? Self.run(before: end, from: start) { $0 < 0xC0 } + 1 : 0
        }
        if scalars.inScalar != 0 {
            machine.state = .value
            return Self.run(before: end, from: start, where: Self.isScalarByte)
        }
        if expectsName != 0 {
            machine.state = mayClose != 0 ? .firstName : .name
        } else if expectsValue != 0 {
            machine.state = mayClose != 0 ? .firstElement : .value
        } else {
            machine.state = afterName != 0 ? .colon : .afterValue
        }
        return 0
    }

    /// How many bytes just before `end` fulfil a condition.
    private static func run(
        before end: UnsafeRawPointer,
        from start: UnsafeRawPointer,
        where isIncluded: (UInt8) -> Bool
    ) -> Int {
        UnsafeRawBufferPointer(start: start, count: end - start).reversed().prefix(while: isIncluded).count
    }

    /// Whether a byte can belong to a number or literal.
    private static func isScalarByte(_ byte: UInt8) -> Bool {
        Ascii.isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26
            || byte == Ascii.minus || byte == Ascii.plus || byte == Ascii.dot
    }
}
