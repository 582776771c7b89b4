/// A JSON string as it was written, quotes and escapes included (RFC 8259, section 7).
///
/// Equality follows the lexeme; ``isEquivalent(to:)`` compares what it stands for.
package struct JSONString: Hashable, Sendable {
    /// The text as it came, with its quotes.
    package let lexeme: String

    /// Takes a lexeme that a parser has already checked.
    init(validated lexeme: String) { self.lexeme = lexeme }

    /// Writes plain text as a JSON string. Only what must be escaped is: quotes, backslashes and control characters.
    package init(_ text: String) {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == Ascii.quote || $0 == Ascii.backslash }) else {
            lexeme = "\"" + text + "\""
            return
        }
        var bytes: [UInt8] = [Ascii.quote]
        for byte in text.utf8 {
            switch byte {
            case Ascii.quote, Ascii.backslash: bytes += [Ascii.backslash, byte]
            case 0x08: bytes += #"\b"#.utf8
            case 0x09: bytes += #"\t"#.utf8
            case 0x0A: bytes += #"\n"#.utf8
            case 0x0C: bytes += #"\f"#.utf8
            case 0x0D: bytes += #"\r"#.utf8
            case 0..<0x20:
                bytes += #"\u00"#.utf8
                bytes += [Ascii.zero + (byte >> 4), Array("0123456789abcdef".utf8)[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(Ascii.quote)
        lexeme = String(decoding: bytes, as: UTF8.self)
    }

    /// The decoded text. A lone surrogate, which no Swift string can hold, becomes U+FFFD.
    package var text: String {
        if hasEscapes { return String(decoding: codeUnits, as: UTF16.self) }
        // By bytes: a combining mark after the opening quote would make one character with it.
        return String(Substring(lexeme.utf8.dropFirst().dropLast()))
    }

    /// The decoded text as UTF-16, which holds lone surrogates too.
    package var codeUnits: [UInt16] {
        guard hasEscapes else { return Array(lexeme.utf16.dropFirst().dropLast()) }
        var units: [UInt16] = []
        var source = lexeme.utf16.dropFirst().dropLast().makeIterator()
        while let unit = source.next() {
            guard unit == UInt16(Ascii.backslash), let escape = source.next() else {
                units.append(unit)
                continue
            }
            switch UInt8(truncatingIfNeeded: escape) {
            case UInt8(ascii: "b"): units.append(0x08)
            case UInt8(ascii: "f"): units.append(0x0C)
            case UInt8(ascii: "n"): units.append(0x0A)
            case UInt8(ascii: "r"): units.append(0x0D)
            case UInt8(ascii: "t"): units.append(0x09)
            case UInt8(ascii: "u"):
                var value: UInt16 = 0
                for _ in 0..<4 {
                    let digit = source.next().flatMap { Ascii.hexValue(UInt8(truncatingIfNeeded: $0)) } ?? 0
                    value = value << 4 | UInt16(digit)
                }
                units.append(value)
            default: units.append(escape)
            }
        }
        return units
    }

    /// Whether both were written alike, byte by byte: `String` itself would compare by canonical equivalence.
    package static func == (left: JSONString, right: JSONString) -> Bool {
        left.lexeme.utf8.elementsEqual(right.lexeme.utf8)
    }

    /// Hashes the bytes of the lexeme.
    package func hash(into hasher: inout Hasher) {
        for byte in lexeme.utf8 { hasher.combine(byte) }
    }

    /// Whether both strings stand for the same code units, however they are escaped.
    package func isEquivalent(to other: JSONString) -> Bool {
        hasEscapes || other.hasEscapes ? codeUnits == other.codeUnits : lexeme.utf8.elementsEqual(other.lexeme.utf8)
    }

    /// Whether this string, decoded, is exactly `text`, code unit by code unit.
    package func matches(_ text: String) -> Bool {
        if hasEscapes { return codeUnits.elementsEqual(text.utf16) }
        return lexeme.utf8.count == text.utf8.count + 2 && lexeme.utf8.dropFirst().starts(with: text.utf8)
    }

    private var hasEscapes: Bool { lexeme.utf8.contains(Ascii.backslash) }
}

extension JSONString: ExpressibleByStringLiteral {
    /// Plain text, to be escaped where it must.
    package init(stringLiteral value: String) { self.init(value) }
}
