/// The ways a secret is commonly spelled before it goes into base64, where escapes can't be read while matching.
enum SecretSpellings {
    /// Raw, form-encoded (RFC 6749 section 2.3.1 wants that inside `Basic`), percent-encoded and JSON-escaped.
    static func all(of secret: [UInt8]) -> Set<[UInt8]> {
        var spellings: Set<[UInt8]> = [secret]
        for kept in ["-._~", "*-._", "-_.!~*'()"] {
            let unescaped = Set(kept.utf8)
            for digits in ["0123456789ABCDEF", "0123456789abcdef"] {
                for plus in [true, false] {
                    spellings.insert(percentEncoded(secret, unescaped, Array(digits.utf8), plusForSpace: plus))
                }
            }
        }
        spellings.insert(jsonEscaped(secret, escapesSlash: false))
        spellings.insert(jsonEscaped(secret, escapesSlash: true))
        return spellings
    }

    private static func percentEncoded(
        _ secret: [UInt8],
        _ unescaped: Set<UInt8>,
        _ digits: [UInt8],
        plusForSpace: Bool
    ) -> [UInt8] {
        secret.flatMap { byte -> [UInt8] in
            if isAlphanumeric(byte) || unescaped.contains(byte) { return [byte] }
            if plusForSpace && byte == 0x20 { return [UInt8(ascii: "+")] }
            return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }

    private static func jsonEscaped(_ secret: [UInt8], escapesSlash: Bool) -> [UInt8] {
        secret.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "/") where escapesSlash: [UInt8(ascii: "\\"), byte]
            case 0x0A: Array(#"\n"#.utf8)
            case 0x0D: Array(#"\r"#.utf8)
            case 0x09: Array(#"\t"#.utf8)
            default: [byte]
            }
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default:
            false
        }
    }
}
