internal import CByteScan

extension BlockCarry {
    /// Checks the escapes of a block and gives the bytes that are escaped.
    mutating func takeEscapes(
        _ classes: byte_scan_classes,
        _ block: UnsafeRawPointer,
        errors: inout UInt64
    ) -> UInt64 {
        // Within a run of backslashes every second one escapes; the subtraction finds where runs end.
        let odd: UInt64 = 0xAAAA_AAAA_AAAA_AAAA
        let starts = classes.backslash & ~escaped
        let codes = ((starts << 1 | odd) &- starts) ^ odd
        let targets = codes ^ (classes.backslash | escaped)
        escaped = (codes & classes.backslash) >> 63

        var unicode: UInt64 = 0
        var rest = targets
        while rest != 0 {
            let place = rest.trailingZeroBitCount
            let bit = rest & (0 &- rest)
            rest ^= bit
            switch block.load(fromByteOffset: place, as: UInt8.self) {
            case Ascii.quote, Ascii.backslash, UInt8(ascii: "/"), UInt8(ascii: "n"), UInt8(ascii: "t"),
                UInt8(ascii: "r"), UInt8(ascii: "b"), UInt8(ascii: "f"):
                break
            case UInt8(ascii: "u"): unicode |= bit
            default: errors |= bit
            }
        }
        if unicode | hexDigits != 0 {
            let wanted = unicode << 1 | unicode << 2 | unicode << 3 | unicode << 4 | hexDigits
            let bits = byte_scan_bits(block.assumingMemoryBound(to: UInt8.self)).bit
            // A to F and a to f are 0x41…0x46 and 0x61…0x66: the lowest three bits are neither 0 nor 7.
            let letters = ~bits.7 & bits.6 & ~bits.4 & ~bits.3 & (bits.2 | bits.1 | bits.0)
            errors |= wanted & ~(classes.digit | letters & ~(bits.2 & bits.1 & bits.0))
            hexDigits = unicode >> 63 | unicode >> 62 | unicode >> 61 | unicode >> 60
        }
        return targets
    }

    /// Checks the UTF-8 of a block (RFC 3629, section 4).
    mutating func takeSequences(_ block: UnsafeRawPointer, errors: inout UInt64) {
        let bits = byte_scan_bits(block.assumingMemoryBound(to: UInt8.self)).bit
        let continuations = bits.7 & ~bits.6
        let leads = bits.7 & bits.6
        let leads3 = leads & bits.5 & ~bits.4
        let leads4 = leads & bits.5 & bits.4
        // C0, C1, and F5 to FF start nothing.
        errors |= leads & ~bits.5 & ~(bits.4 | bits.3 | bits.2 | bits.1)
        errors |= leads4 & (bits.3 | bits.2 & (bits.1 | bits.0))
        errors |= continuations ^ (leads << 1 | (leads3 | leads4) << 2 | leads4 << 3 | continuation)
        continuation = leads >> 63 | (leads3 | leads4) >> 62 | leads4 >> 61

        // Overlong forms, surrogates, and what lies beyond U+10FFFF.
        let e0 = leads3 & ~(bits.3 | bits.2 | bits.1 | bits.0)
        let ed = leads3 & bits.3 & bits.2 & ~bits.1 & bits.0
        let f0 = leads4 & ~(bits.2 | bits.1 | bits.0)
        let f4 = leads4 & bits.2
        errors |= (e0 << 1 | afterE0) & ~bits.5
        errors |= (ed << 1 | afterED) & bits.5
        errors |= (f0 << 1 | afterF0) & ~(bits.5 | bits.4)
        errors |= (f4 << 1 | afterF4) & (bits.5 | bits.4)
        afterE0 = e0 >> 63
        afterED = ed >> 63
        afterF0 = f0 >> 63
        afterF4 = f4 >> 63
    }
}
