/// The core schema of YAML 1.2.2, section 10.3: which plain scalars are null, booleans and numbers.
enum CoreSchema {
    /// What plain, untagged text stands for.
    static func resolution(of text: String) -> YAMLScalar.Resolution {
        guard mayBeMore(text) else { return .string }
        if isNull(text) { return .null }
        if let bool = bool(text) { return .bool(bool) }
        if isInteger(text) { return .integer }
        if isFloat(text) { return .float }
        return .string
    }

    /// Whether text may be something else than a string, by its first byte.
    private static func mayBeMore(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return true }
        return switch first {
        case UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"),
            UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"):
            true
        default: false
        }
    }

    /// `null | Null | NULL | ~` or nothing.
    static func isNull(_ text: String) -> Bool {
        switch text {
        case "", "~", "null", "Null", "NULL": true
        default: false
        }
    }

    /// `true | True | TRUE | false | False | FALSE`; `yes`, `no`, `on` and `off` are strings since YAML 1.2.
    static func bool(_ text: String) -> Bool? {
        switch text {
        case "true", "True", "TRUE": true
        case "false", "False", "FALSE": false
        default: nil
        }
    }

    /// `[-+]? [0-9]+ | 0o [0-7]+ | 0x [0-9a-fA-F]+`
    static func isInteger(_ text: String) -> Bool {
        var rest = text.utf8[...]
        if rest.starts(with: "0o".utf8) {
            rest.removeFirst(2)
            return !rest.isEmpty && rest.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
        }
        if rest.starts(with: "0x".utf8) {
            rest.removeFirst(2)
            return !rest.isEmpty && rest.allSatisfy(isHexDigit)
        }
        skipSign(&rest)
        return skipDigits(&rest) && rest.isEmpty
    }

    /// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, and `[-+]? .inf` and `.nan` in three
    /// spellings each. Every decimal integer matches too.
    static func isFloat(_ text: String) -> Bool {
        switch text {
        case ".nan", ".NaN", ".NAN": return true
        default: break
        }
        var rest = text.utf8[...]
        skipSign(&rest)
        switch String(rest) {
        case ".inf", ".Inf", ".INF": return true
        default: break
        }
        let hasWhole = skipDigits(&rest)
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            let hasFraction = skipDigits(&rest)
            guard hasWhole || hasFraction else { return false }
        } else if !hasWhole {
            return false
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            skipSign(&rest)
            guard skipDigits(&rest) else { return false }
        }
        return rest.isEmpty
    }

    private static func skipSign(_ text: inout Substring.UTF8View) {
        if text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+") { text.removeFirst() }
    }

    /// Skips digits and says whether there were any.
    private static func skipDigits(_ text: inout Substring.UTF8View) -> Bool {
        let count = text.count
        text = text.drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return text.count < count
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
