/// `application/x-www-form-urlencoded` (WHATWG URL section 5.1), for bodies, queries and RFC 6749 credentials.
enum FormURLEncoding {
    /// A name and its value, decoded.
    typealias Field = (name: String, value: String)

    /// Decodes fields in their order; nil if an escape is broken or the text is no UTF-8.
    static func fields(_ bytes: some Collection<UInt8>) -> [Field]? {
        var fields: [Field] = []
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "="))
            guard let name = decode(pair[..<(equals ?? pair.endIndex)]),
                let value = decode(equals.map { pair[pair.index(after: $0)...] } ?? pair[pair.endIndex...])
            else { return nil }
            fields.append((name, value))
        }
        return fields
    }

    /// Decodes one name or value: `+` is a space, `%XX` a byte.
    static func decode(_ bytes: some Collection<UInt8>) -> String? {
        decode(bytes, plusIsSpace: true)
    }

    /// Decodes a path segment: `%XX` is a byte (RFC 3986 section 2.1), `+` is itself.
    static func decodePath(_ bytes: some Collection<UInt8>) -> String? {
        decode(bytes, plusIsSpace: false)
    }

    private static func decode(_ bytes: some Collection<UInt8>, plusIsSpace: Bool) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "+") where plusIsSpace:
                decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(hexValue), let low = iterator.next().flatMap(hexValue)
                else { return nil }
                decoded.append(high << 4 | low)
            default:
                decoded.append(byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
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
