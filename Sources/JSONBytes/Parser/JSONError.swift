/// Why some bytes are not one JSON text (RFC 8259), or not one within the limits, and where.
package struct JSONError: Error, Hashable, CustomStringConvertible {
    /// The byte at which it went wrong, counted from the start of the document.
    package let offset: Int
    /// What went wrong.
    package let reason: Reason

    /// Places a reason.
    package init(offset: Int, reason: Reason) {
        self.offset = offset
        self.reason = reason
    }

    /// What went wrong.
    package enum Reason: Error, Hashable {
        /// A byte where the grammar has no place for it.
        case unexpectedByte(UInt8, expected: Expectation)
        /// The document stops before its value is complete: it was cut off.
        case unexpectedEnd
        /// A second value, or anything else, after the document's value.
        case trailingBytes
        /// The document starts with a byte order mark, which RFC 8259, section 8.1 forbids to send.
        case byteOrderMark
        /// A control character that stands in a string unescaped.
        case controlCharacter(UInt8)
        /// A backslash that starts none of JSON's escapes.
        case invalidEscape
        /// A string that is not UTF-8.
        case invalidUTF8
        /// Something that starts like a number and is none.
        case invalidNumber
        /// A bare word other than `true`, `false` and `null`.
        case invalidLiteral
        /// Arrays and objects nest deeper than the limit, in levels.
        case tooDeep(limit: Int)
        /// The document is larger than the limit, in bytes.
        case tooLarge(limit: Int)
        /// One record is larger than the limit, in bytes.
        case recordTooLarge(limit: Int)
        /// What stands around the records is larger than the limit, in bytes.
        case envelopeTooLarge(limit: Int)
        /// A member on the way to the records comes twice, so that it is unclear which one is meant.
        case duplicatePathMember(String)
    }

    /// What the grammar had a place for.
    package enum Expectation: String, Hashable, Sendable {
        case value = "a value"
        case valueOrEnd = "a value or ']'"
        case nameOrEnd = "a member name in quotes or '}'"
        case name = "a member name in quotes"
        case colon = "':'"
        case commaOrBracket = "',' or ']'"
        case commaOrBrace = "',' or '}'"
    }

    /// One line of plain English, such as `byte 17: expected ',' or ']', found '}'`.
    package var description: String { "byte \(offset): \(reason)" }
}

extension JSONError.Reason: CustomStringConvertible {
    /// What went wrong, without the place.
    package var description: String {
        switch self {
        case .unexpectedByte(let byte, let expected): "expected \(expected.rawValue), found \(Self.name(of: byte))"
        case .unexpectedEnd: "the JSON ends before it is complete"
        case .trailingBytes: "more bytes follow after the end of the JSON value"
        case .byteOrderMark: "the JSON starts with a byte order mark, which is not allowed"
        case .controlCharacter(let byte): "a string contains an unescaped control character, \(Self.name(of: byte))"
        case .invalidEscape: "a string contains an invalid escape"
        case .invalidUTF8: "a string is not valid UTF-8"
        case .invalidNumber: "this is not a valid number"
        case .invalidLiteral: "this is neither true, false nor null"
        case .tooDeep(let limit): "arrays and objects are nested deeper than \(limit) levels"
        case .tooLarge(let limit): "the JSON is larger than \(limit) bytes"
        case .recordTooLarge(let limit): "one record is larger than \(limit) bytes"
        case .envelopeTooLarge(let limit): "what stands around the records is larger than \(limit) bytes"
        case .duplicatePathMember(let name):
            "the member \(JSONString(name).lexeme) on the way to the records comes twice"
        }
    }

    /// A printable byte in quotes, any other one as a hexadecimal number.
    private static func name(of byte: UInt8) -> String {
        if byte > 0x20, byte < 0x7F { return "'\(Character(Unicode.Scalar(byte)))'" }
        return "byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
}
