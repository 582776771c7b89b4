internal import CByteScan

extension BlockCarry.Characters {
    /// What a block leaves for the next, and its errors.
    struct Result {
        var carry = BlockCarry.Characters()
        var errors: UInt64 = 0
    }

    /// Checks the escapes and the UTF-8 of a block. Few blocks have any, so it is a call.
    @inline(never)
    func take(_ classes: byte_scan_classes, _ block: UnsafeRawPointer) -> Result {
        var result = Result()
        if classes.backslash | classes.escaped | hexDigits != 0 { takeEscapes(classes, block, &result) }
        if classes.high | continuation != 0 { takeSequences(block, &result) }
        return result
    }

    private func takeEscapes(_ classes: byte_scan_classes, _ block: UnsafeRawPointer, _ result: inout Result) {
        result.carry.escaped = (classes.backslash & ~classes.escaped) >> 63
        var unicode: UInt64 = 0
        var rest = classes.escaped
        while rest != 0 {
            let place = rest.trailingZeroBitCount
            let bit = rest & (0 &- rest)
            rest ^= bit
            switch block.load(fromByteOffset: place, as: UInt8.self) {
            case Ascii.quote, Ascii.backslash, UInt8(ascii: "/"), UInt8(ascii: "n"), UInt8(ascii: "t"),
                UInt8(ascii: "r"), UInt8(ascii: "b"), UInt8(ascii: "f"):
                break
            case UInt8(ascii: "u"): unicode |= bit
            default: result.errors |= bit
            }
        }
        if unicode | hexDigits != 0 {
            let wanted = unicode << 1 | unicode << 2 | unicode << 3 | unicode << 4 | hexDigits
            let bits = Self.bits(block)
            // A to F and a to f are 0x41…0x46 and 0x61…0x66: the lowest three bits are neither 0 nor 7.
            let letters = ~bits.7 & bits.6 & ~bits.4 & ~bits.3 & (bits.2 | bits.1 | bits.0)
            result.errors |= wanted & ~(classes.digit | letters & ~(bits.2 & bits.1 & bits.0))
            result.carry.hexDigits = unicode >> 63 | unicode >> 62 | unicode >> 61 | unicode >> 60
        }
    }

    /// Checks the UTF-8 of a block (RFC 3629, section 4).
    private func takeSequences(_ block: UnsafeRawPointer, _ result: inout Result) {
        let bits = Self.bits(block)
        let continuations = bits.7 & ~bits.6
        let leads = bits.7 & bits.6
        let leads3 = leads & bits.5 & ~bits.4
        let leads4 = leads & bits.5 & bits.4
        // C0, C1, and F5 to FF start nothing.
        result.errors |= leads & ~bits.5 & ~(bits.4 | bits.3 | bits.2 | bits.1)
        result.errors |= leads4 & (bits.3 | bits.2 & (bits.1 | bits.0))
        result.errors |= continuations ^ (leads << 1 | (leads3 | leads4) << 2 | leads4 << 3 | continuation)
        result.carry.continuation = leads >> 63 | (leads3 | leads4) >> 62 | leads4 >> 61

        // Overlong forms, surrogates, and what lies beyond U+10FFFF.
        let e0 = leads3 & ~(bits.3 | bits.2 | bits.1 | bits.0)
        let ed = leads3 & bits.3 & bits.2 & ~bits.1 & bits.0
        let f0 = leads4 & ~(bits.2 | bits.1 | bits.0)
        let f4 = leads4 & bits.2
        result.errors |= (e0 << 1 | afterE0) & ~bits.5
        result.errors |= (ed << 1 | afterED) & bits.5
        result.errors |= (f0 << 1 | afterF0) & ~(bits.5 | bits.4)
        result.errors |= (f4 << 1 | afterF4) & (bits.5 | bits.4)
        result.carry.afterE0 = e0 >> 63
        result.carry.afterED = ed >> 63
        result.carry.afterF0 = f0 >> 63
        result.carry.afterF4 = f4 >> 63
    }

    private typealias Bits = (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

    private static func bits(_ block: UnsafeRawPointer) -> Bits {
        var planes = byte_scan_planes()
        byte_scan_bits(block.assumingMemoryBound(to: UInt8.self), &planes)
        return planes.bit
    }
}
