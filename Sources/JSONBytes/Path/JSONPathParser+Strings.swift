extension JSONPathParser {
    /// Reads a string literal in either quotes and decodes it (RFC 9535, section 2.3.1.1).
    mutating func parseString() throws(JSONPathError) -> String {
        let start = position
        guard let quote = current else { throw error("expected a string") }
        position += 1
        var text: [UInt8] = []
        while let byte = current {
            position += 1
            switch byte {
            case quote: return String(decoding: text, as: UTF8.self)
            case Ascii.backslash: text += String(try parseEscape(quote: quote)).utf8
            case 0..<0x20: throw error("a control character in a string has to be escaped", at: position - 1)
            default: text.append(byte)
            }
        }
        throw error("this string is not closed", at: start)
    }

    /// Reads an escape after its backslash.
    private mutating func parseEscape(quote: UInt8) throws(JSONPathError) -> Unicode.Scalar {
        let start = position - 1
        guard let byte = current else { throw error("this string is not closed", at: start) }
        position += 1
        switch byte {
        case quote, Ascii.backslash, UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let unit = try parseHexDigits()
            if let scalar = Unicode.Scalar(unit) { return scalar }
            guard unit < 0xDC00, accept(#"\u"#) else { throw error("a surrogate without its other half", at: start) }
            let low = try parseHexDigits()
            guard 0xDC00..<0xE000 ~= low,
                let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
            else { throw error("a surrogate without its other half", at: start) }
            return scalar
        default: throw error("this escape is not one of JSONPath's", at: start)
        }
    }

    private mutating func parseHexDigits() throws(JSONPathError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = current.flatMap(Ascii.hexValue) else {
                throw error("expected four hexadecimal digits after \\u")
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }
}
