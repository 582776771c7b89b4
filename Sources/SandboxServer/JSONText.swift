/// JSON is written straight into bytes here: the loans are made by the hundred megabytes, and nothing in between is needed.
extension [UInt8] {
    /// Appends a piece of the program's own text as it is.
    mutating func append(_ text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends a text that is known to need no escape.
    mutating func append(verbatim text: String) {
        append(contentsOf: text.utf8)
    }

    /// Appends a JSON string (RFC 8259 section 7), escaping what must be and nothing else.
    mutating func append(jsonString text: String) {
        append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0x0A: append("\\n")
            case 0x0D: append("\\r")
            case 0x09: append("\\t")
            case 0..<0x20:
                append("\\u00")
                append(hexDigit: byte >> 4)
                append(hexDigit: byte & 15)
            default:
                append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }

    /// Appends `"name":"value"`. The name must need no escape.
    mutating func append(member name: StaticString, _ value: String) {
        append("\"")
        append(name)
        append("\":")
        append(jsonString: value)
    }

    /// Appends `"name":value`. The name must need no escape.
    mutating func append(member name: StaticString, _ value: some BinaryInteger) {
        append("\"")
        append(name)
        append("\":")
        append(verbatim: String(value))
    }

    /// Appends a number's decimal digits.
    mutating func append(decimal value: UInt64) {
        if value < 10 {
            append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value))
            return
        }
        var digits = 1
        var limit = value / 10
        while limit > 0 {
            digits += 1
            limit /= 10
        }
        let start = count
        append(contentsOf: repeatElement(UInt8(ascii: "0"), count: digits))
        var rest = value
        var index = start + digits - 1
        while index >= start {
            self[index] &+= UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
            index -= 1
        }
    }

    /// Appends a number below 100 as two digits.
    mutating func append(twoDigits value: UInt64) {
        append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value / 10 % 10))
        append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value % 10))
    }

    /// Appends an amount of money, exact, always with two decimals: 48000 is `480.00`.
    mutating func append(cents: UInt64) {
        append(decimal: cents / 100)
        append(UInt8(ascii: "."))
        append(twoDigits: cents % 100)
    }

    /// Appends one lower-case hexadecimal digit, 0 to 15.
    mutating func append(hexDigit value: UInt8) {
        append(value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "a") &+ value &- 10)
    }

    /// Appends the lowest `digits` hexadecimal digits of a number, the highest first.
    mutating func append(hex value: UInt64, digits: Int) {
        for place in stride(from: digits - 1, through: 0, by: -1) {
            append(hexDigit: UInt8(truncatingIfNeeded: value >> UInt64(place * 4)) & 15)
        }
    }
}
