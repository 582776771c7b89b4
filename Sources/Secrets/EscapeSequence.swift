/// Reads the two kinds of escapes that texts around HTTP use: `%41` (RFC 3986 section 2.1) and `\u0041` with its short
/// forms (RFC 8259 section 7).
enum EscapeSequence {
    /// The byte that `%XX` at `index` stands for, and the index after it.
    static func percent(_ text: Span<UInt8>, at index: Int) -> (byte: UInt8, end: Int)? {
        guard index + 2 < text.count, text[index] == UInt8(ascii: "%"),
            let high = hexValue(text[index + 1]), let low = hexValue(text[index + 2])
        else { return nil }
        return (UInt8(high << 4 | low), index + 3)
    }

    /// The scalar that a JSON escape at `index` stands for, and the index after it. Surrogates must come in pairs.
    static func json(_ text: Span<UInt8>, at index: Int) -> (scalar: UInt32, end: Int)? {
        guard index + 1 < text.count, text[index] == UInt8(ascii: "\\") else { return nil }
        guard text[index + 1] == UInt8(ascii: "u") else {
            return shortForm(text[index + 1]).map { (UInt32($0), index + 2) }
        }
        guard let first = codeUnit(text, at: index) else { return nil }
        switch first {
        case 0xD800..<0xDC00:
            guard let second = codeUnit(text, at: index + 6), (0xDC00..<0xE000).contains(second) else { return nil }
            return (0x10000 + (first - 0xD800) << 10 + (second - 0xDC00), index + 12)
        case 0xDC00..<0xE000:
            return nil
        default:
            return (first, index + 6)
        }
    }

    /// The byte at `index`, read through either kind of escape, and the index after it.
    static func byte(_ text: Span<UInt8>, at index: Int) -> (byte: UInt8, end: Int)? {
        guard index < text.count else { return nil }
        if let percent = percent(text, at: index) { return percent }
        if let json = json(text, at: index), let byte = UInt8(exactly: json.scalar), byte < 0x80 {
            return (byte, json.end)
        }
        return (text[index], index + 1)
    }

    /// Whether the text ends inside an escape that begins at `index`.
    static func isCutOff(_ text: Span<UInt8>, at index: Int) -> Bool {
        let left = text.count - index
        guard left > 0 else { return false }
        switch text[index] {
        case UInt8(ascii: "%"): return left < 3
        case UInt8(ascii: "\\"):
            if left == 1 { return true }
            guard text[index + 1] == UInt8(ascii: "u") else { return false }
            guard left >= 6 else { return true }
            // The second half of a pair may be missing.
            guard let first = codeUnit(text, at: index) else { return false }
            return (0xD800..<0xDC00).contains(first) && left < 12
        default: return false
        }
    }

    private static func codeUnit(_ text: Span<UInt8>, at index: Int) -> UInt32? {
        guard index + 5 < text.count, text[index] == UInt8(ascii: "\\"), text[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        var value: UInt32 = 0
        for offset in 2...5 {
            guard let digit = hexValue(text[index + offset]) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private static func shortForm(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
