import Foundation

/// Encoders that share no code with the module under test.
enum Encodings {
    static func percent(_ text: String, keeping kept: String, upper: Bool = true, plus: Bool = false) -> String {
        var result = ""
        for byte in text.utf8 {
            let character = Character(UnicodeScalar(byte))
            if byte < 0x80, character.isLetter || character.isNumber || kept.contains(character) {
                result.append(character)
            } else if plus && byte == 0x20 {
                result += "+"
            } else {
                result += String(format: upper ? "%%%02X" : "%%%02x", byte)
            }
        }
        return result
    }

    static func base64(_ text: String, urlSafe: Bool = false, padded: Bool = true) -> String {
        var result = Data(text.utf8).base64EncodedString()
        if urlSafe { result = result.replacing("+", with: "-").replacing("/", with: "_") }
        if !padded { result = result.replacing("=", with: "") }
        return result
    }

    /// Every character as `\uXXXX`.
    static func unicodeEscaped(_ text: String, upper: Bool = true) -> String {
        text.utf16.map { String(format: upper ? "\\u%04X" : "\\u%04x", $0) }.joined()
    }

    /// As JSON text without the quotes, slashes escaped or not.
    static func json(_ text: String, slashes: Bool = false) throws -> String {
        let encoder = JSONEncoder()
        if !slashes { encoder.outputFormatting = .withoutEscapingSlashes }
        let data = try encoder.encode(text)
        return String(decoding: data.dropFirst().dropLast(), as: UTF8.self)
    }

    /// Every shape in which the redactor promises to find `text`.
    static func all(of text: String) throws -> [(name: String, text: String)] {
        var shapes: [(String, String)] = [
            ("raw", text),
            ("JSON", try json(text)),
            ("JSON with slashes", try json(text, slashes: true)),
            ("upper \\u", unicodeEscaped(text)),
            ("lower \\u", unicodeEscaped(text, upper: false)),
        ]
        for kept in ["-._~", "*-._", "-_.!~*'()", ""] {
            for upper in [true, false] {
                for plus in [true, false] {
                    let encoded = percent(text, keeping: kept, upper: upper, plus: plus)
                    shapes.append(("percent keeping \(kept) upper \(upper) plus \(plus)", encoded))
                    if !kept.isEmpty { shapes.append(("base64 of it", base64("id:" + encoded))) }
                }
            }
        }
        for prefix in ["", "a", "id", "id:", "client:"] {
            for suffix in ["", "z", "zz", "zzz"] {
                for urlSafe in [true, false] {
                    for padded in [true, false] {
                        let encoded = base64(prefix + text + suffix, urlSafe: urlSafe, padded: padded)
                        shapes.append(("base64 after '\(prefix)' before '\(suffix)' padded \(padded)", encoded))
                        shapes.append(("percent of base64", percent(encoded, keeping: "-._~")))
                        shapes.append(("JSON of base64", try json(encoded, slashes: true)))
                    }
                }
            }
        }
        return shapes
    }
}
