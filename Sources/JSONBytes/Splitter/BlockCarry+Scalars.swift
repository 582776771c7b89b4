internal import CByteScan

extension BlockCarry.Scalars {
    /// Checks the numbers and literals of a block. `scalars` are all bytes outside of strings that are neither white
    /// space nor punctuation. Exponents are not for masks: they count as errors.
    @inline(__always)
    func take(
        _ scalars: UInt64,
        starts: UInt64,
        _ classes: byte_scan_classes,
        _ block: UnsafeRawPointer,
        available: Int,
        errors: inout UInt64
    ) -> BlockCarry.Scalars {
        var next = BlockCarry.Scalars()
        let digits = classes.digit & scalars
        let points = classes.dot & scalars
        errors |= afterLiteral & scalars
        var others = scalars & ~(digits | points | literal)
        var minuses: UInt64 = 0
        while others != 0 {
            let place = others.trailingZeroBitCount
            let bit: UInt64 = 1 &<< UInt64(place)
            if starts & bit == 0 {
                errors |= bit
                break
            }
            let word = block + place
            if word.load(as: UInt8.self) == Ascii.minus {
                minuses |= bit
                others ^= bit
                continue
            }
            let length = Self.literalLength(at: word, available: available - place)
            if length == 0 {
                errors |= bit
                break
            }
            others &= ~(((1 &<< UInt64(length)) &- 1) &<< UInt64(place))
            let end = place + length
            if end < 64 {
                errors |= scalars & (1 &<< UInt64(end))
            } else {
                next.literal = (1 &<< UInt64(end - 64)) &- 1
                next.afterLiteral = 1 &<< UInt64(end - 64)
            }
        }

        // The integer part, after a minus or at once; a point may follow it, and a fraction must follow that.
        let afterMinuses = minuses << 1 | afterMinus
        errors |= afterMinuses & ~digits
        let integers = starts & digits | afterMinuses
        let zeros = integers & classes.zero
        errors |= (zeros << 1 | afterLeadingZero) & digits
        let (integerSum, integerOverflow) = digits.addingReportingOverflow(integers | inInteger)
        let integerEnds = integerSum & ~digits
        errors |= points & ~integerEnds
        let fractions = points << 1 | afterPoint
        errors |= fractions & ~digits
        // Nothing else can follow the digits: a second point stands at no integer's end, and other bytes start nothing.
        let (_, fractionOverflow) = digits.addingReportingOverflow(fractions | inFraction)

        next.afterMinus = minuses >> 63
        next.afterLeadingZero = zeros >> 63
        next.inInteger = integerOverflow ? 1 : 0
        next.afterPoint = points >> 63
        next.inFraction = fractionOverflow ? 1 : 0
        next.inScalar = scalars >> 63
        return next
    }

    /// The length of the literal at `word`; 0 if there is none, or if it can't be read whole.
    @inline(__always)
    private static func literalLength(at word: UnsafeRawPointer, available: Int) -> Int {
        guard available >= 5 else { return 0 }
        // Arithmetic instead of branches: no processor can guess the next boolean.
        let start = UInt32(littleEndian: word.loadUnaligned(as: UInt32.self))
        let isTrue = start == 0x6575_7274 ? 1 : 0
        let isNull = start == 0x6C6C_756E ? 1 : 0
        let isFals = start == 0x736C_6166 ? 1 : 0
        let isE = word.load(fromByteOffset: 4, as: UInt8.self) == UInt8(ascii: "e") ? 1 : 0
        return (isTrue | isNull) &* 4 &+ (isFals & isE) &* 5
    }
}
