internal import CByteScan

/// What blocks leave for the next one is what the ``GrammarMachine`` keeps as a state, as bits.
extension json_blocks_state {
    /// Takes over from a machine; `nil` in the middle of a number, literal, escape or UTF-8 sequence.
    init?(_ machine: GrammarMachine, recordsDepth: Int) {
        let levels = machine.nesting.depth - recordsDepth + 1
        guard machine.nesting.depth <= 64, levels <= 61 else { return nil }
        self.init()
        let mark: UInt64 = 1 << UInt64(levels)
        nesting = mark | machine.nesting.top & (mark - 1)
        switch machine.state {
        case .value: expects_value = 1
        case .firstElement: (expects_value, may_close) = (1, 1)
        case .name: expects_name = 1
        case .firstName: (expects_name, may_close) = (1, 1)
        case .colon: after_name = 1
        case .afterValue: after_value = 1
        case .string:
            in_string = .max
            in_name = machine.isName ? 1 : 0
        default: return nil
        }
    }

    /// Hands over to a machine, as of some bytes before `end`, where the last block ended, and gives their number. They
    /// have to be stepped through, since they begin a token that is not complete. The token lies behind `start`.
    func restore(
        _ machine: inout GrammarMachine,
        recordsDepth: Int,
        from start: UnsafeRawPointer,
        to end: UnsafeRawPointer
    ) -> Int {
        let outside = machine.nesting.top >> UInt64(machine.nesting.depth - recordsDepth + 1)
        let levels = 63 - nesting.leadingZeroBitCount
        machine.nesting.replace(
            top: outside << UInt64(levels) | nesting & (1 << UInt64(levels) - 1),
            depth: recordsDepth - 1 + levels
        )
        if in_string != 0 {
            machine.state = .string
            machine.isName = in_name != 0
            if escaped != 0 { return 1 }
            // The backslash, the `u` and the digits so far.
            if hex_digits != 0 { return 2 + 4 - hex_digits.nonzeroBitCount }
            // The lead of a sequence is three bytes back at most.
            return sequences.continuation != 0 ? Self.run(before: end, from: start) { $0 < 0xC0 } + 1 : 0
        }
        if in_scalar != 0 {
            machine.state = .value
            return Self.run(before: end, from: start, where: Self.isScalarByte)
        }
        if expects_name != 0 {
            machine.state = may_close != 0 ? .firstName : .name
        } else if expects_value != 0 {
            machine.state = may_close != 0 ? .firstElement : .value
        } else {
            machine.state = after_name != 0 ? .colon : .afterValue
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
