/// The recursive descent behind ``JSONParser``. Its recursion is bounded by `maxDepth`.
struct JSONReader {
    private let bytes: UnsafeRawBufferPointer
    private let maxDepth: Int
    private var position = 0
    private var depth = 0

    init(bytes: UnsafeRawBufferPointer, maxDepth: Int) {
        self.bytes = bytes
        self.maxDepth = maxDepth
    }

    mutating func readDocument() throws(JSONError) -> JSONValue {
        if bytes.first == 0xEF { throw JSONError(offset: 0, reason: .byteOrderMark) }
        let value = try readValue(expected: .value)
        if peekToken() != nil { throw error(.trailingBytes) }
        return value
    }

    private func error(_ reason: JSONError.Reason) -> JSONError { JSONError(offset: position, reason: reason) }

    private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// Skips white space and looks at the byte after it.
    private mutating func peekToken() -> UInt8? {
        while let byte, Ascii.isWhitespace(byte) { position += 1 }
        return byte
    }

    private mutating func readValue(expected: JSONError.Expectation) throws(JSONError) -> JSONValue {
        guard let first = peekToken() else { throw error(.unexpectedEnd) }
        switch first {
        case Ascii.openBrace: return .object(try readMembers())
        case Ascii.openBracket: return .array(try readElements())
        case Ascii.quote: return .string(try readString())
        case Ascii.minus, Ascii.zero...Ascii.nine: return .number(try readNumber())
        case UInt8(ascii: "t"): return try readLiteral("true", .bool(true))
        case UInt8(ascii: "f"): return try readLiteral("false", .bool(false))
        case UInt8(ascii: "n"): return try readLiteral("null", .null)
        default: throw error(.unexpectedByte(first, expected: expected))
        }
    }

    private mutating func enter() throws(JSONError) {
        guard depth < maxDepth else { throw error(.tooDeep(limit: maxDepth)) }
        depth += 1
        position += 1
    }

    private mutating func leave() {
        depth -= 1
        position += 1
    }

    private mutating func readElements() throws(JSONError) -> [JSONValue] {
        try enter()
        defer { leave() }
        var elements: [JSONValue] = []
        if peekToken() == Ascii.closeBracket { return elements }
        while true {
            elements.append(try readValue(expected: elements.isEmpty ? .valueOrEnd : .value))
            switch peekToken() {
            case Ascii.comma: position += 1
            case Ascii.closeBracket: return elements
            case let other?: throw error(.unexpectedByte(other, expected: .commaOrBracket))
            case nil: throw error(.unexpectedEnd)
            }
        }
    }

    private mutating func readMembers() throws(JSONError) -> [JSONMember] {
        try enter()
        defer { leave() }
        var members: [JSONMember] = []
        if peekToken() == Ascii.closeBrace { return members }
        while true {
            members.append(try readMember(expected: members.isEmpty ? .nameOrEnd : .name))
            switch peekToken() {
            case Ascii.comma: position += 1
            case Ascii.closeBrace: return members
            case let other?: throw error(.unexpectedByte(other, expected: .commaOrBrace))
            case nil: throw error(.unexpectedEnd)
            }
        }
    }

    private mutating func readMember(expected: JSONError.Expectation) throws(JSONError) -> JSONMember {
        try require(Ascii.quote, expected: expected)
        let name = try readString()
        try require(Ascii.colon, expected: .colon)
        position += 1
        return JSONMember(name: name, value: try readValue(expected: .value))
    }

    private mutating func require(_ wanted: UInt8, expected: JSONError.Expectation) throws(JSONError) {
        guard let found = peekToken() else { throw error(.unexpectedEnd) }
        guard found == wanted else { throw error(.unexpectedByte(found, expected: expected)) }
    }

    private func text(from start: Int) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
    }
}

// MARK: - Scalars

extension JSONReader {
    private mutating func readLiteral(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for index in 0..<word.utf8CodeUnitCount {
            guard let byte else { throw error(.unexpectedEnd) }
            guard byte == word.utf8Start[index] else { throw error(.invalidLiteral) }
            position += 1
        }
        return value
    }

    private mutating func readNumber() throws(JSONError) -> JSONNumber {
        let start = position
        if byte == Ascii.minus { position += 1 }
        if byte == Ascii.zero {
            position += 1
            if let byte, Ascii.isDigit(byte) { throw error(.invalidNumber) }
        } else {
            try readDigits()
        }
        if byte == Ascii.dot {
            position += 1
            try readDigits()
        }
        if let letter = byte, letter | 0x20 == UInt8(ascii: "e") {
            position += 1
            if byte == Ascii.plus || byte == Ascii.minus { position += 1 }
            try readDigits()
        }
        return JSONNumber(validated: text(from: start))
    }

    /// Reads one digit or more.
    private mutating func readDigits() throws(JSONError) {
        guard let first = byte else { throw error(.unexpectedEnd) }
        guard Ascii.isDigit(first) else { throw error(.invalidNumber) }
        while let byte, Ascii.isDigit(byte) { position += 1 }
    }

    private mutating func readString() throws(JSONError) -> JSONString {
        let start = position
        position += 1
        while let byte {
            switch byte {
            case Ascii.quote:
                position += 1
                return JSONString(validated: text(from: start))
            case Ascii.backslash: try readEscape()
            case 0..<0x20: throw error(.controlCharacter(byte))
            case 0..<0x80: position += 1
            default: try readSequence(first: byte)
            }
        }
        throw error(.unexpectedEnd)
    }

    private mutating func readEscape() throws(JSONError) {
        position += 1
        guard let letter = byte else { throw error(.unexpectedEnd) }
        switch letter {
        case Ascii.quote, Ascii.backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            position += 1
            for _ in 0..<4 {
                guard let digit = byte else { throw error(.unexpectedEnd) }
                guard Ascii.hexValue(digit) != nil else { throw error(.invalidEscape) }
                position += 1
            }
        default: throw error(.invalidEscape)
        }
    }

    private mutating func readSequence(first: UInt8) throws(JSONError) {
        guard var sequence = UTF8Sequence(first: first) else { throw error(.invalidUTF8) }
        position += 1
        while sequence.remaining > 0 {
            guard let next = byte else { throw error(.unexpectedEnd) }
            guard sequence.accept(next) else { throw error(.invalidUTF8) }
            position += 1
        }
    }
}
