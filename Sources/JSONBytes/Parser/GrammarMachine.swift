/// RFC 8259's grammar as a state machine that is fed one byte at a time and keeps no bytes.
///
/// It accepts exactly what ``JSONParser`` accepts. Its memory is one bit a level of nesting.
struct GrammarMachine {
    /// What the next byte is judged by.
    enum State: UInt8 {
        /// A value must start.
        case value
        /// Just after `[`.
        case firstElement
        /// Just after `{`.
        case firstName
        /// After a comma in an object.
        case name
        /// After a member name.
        case colon
        /// After a complete value.
        case afterValue
        case string, escape, hexDigits, sequence
        case minus, zero, integer, point, fraction, exponent, exponentSign, exponentDigits
        case literal
    }

    /// What a byte turned out to be.
    enum Event {
        case whitespace
        case beginObject, endObject, beginArray, endArray
        case comma, colon
        /// The opening quote of a member name, and its closing quote.
        case beginName, endName
        /// The opening quote of a string, or the first byte of a number or literal.
        case beginScalar
        /// Any further byte of a string, name, number or literal.
        case inside
    }

    var state: State = .value
    /// Whether the string that is being read is a member name.
    var isName = false
    /// How many arrays and objects are open, and of which kind they are.
    var nesting = Nesting()
    let maxDepth: Int
    private var hexDigitsLeft = 0
    private var sequence: UTF8Sequence?
    var word: StaticString = "null"
    var wordIndex = 0

    init(maxDepth: Int = JSONLimits.standard.maxDepth) { self.maxDepth = maxDepth }

    /// Whether the bytes so far are one whole JSON text.
    var isComplete: Bool {
        nesting.depth == 0 && (state == .afterValue || state.isCompleteNumber)
    }

    /// Judges the next byte. Throws if the grammar has no place for it.
    mutating func step(_ byte: UInt8) throws(JSONError.Reason) -> Event {
        switch state {
        case .string: return try stepInString(byte)
        case .escape, .hexDigits, .sequence: return try stepInCharacter(byte)
        case .literal: return try stepInLiteral(byte)
        case .minus, .zero, .integer, .point, .fraction, .exponent, .exponentSign, .exponentDigits:
            if try stepInNumber(byte) { return .inside }
            state = .afterValue
            return try stepBetweenTokens(byte)
        case .value, .firstElement, .firstName, .name, .colon, .afterValue:
            return try stepBetweenTokens(byte)
        }
    }
}

// MARK: - Structure

extension GrammarMachine {
    private mutating func stepBetweenTokens(_ byte: UInt8) throws(JSONError.Reason) -> Event {
        if Ascii.isWhitespace(byte) { return .whitespace }
        switch state {
        case .firstName where byte == Ascii.closeBrace: return close(.endObject)
        case .firstElement where byte == Ascii.closeBracket: return close(.endArray)
        case .value, .firstElement: return try beginValue(byte)
        case .firstName, .name:
            guard byte == Ascii.quote else { throw unexpected(byte) }
            isName = true
            state = .string
            return .beginName
        case .colon:
            guard byte == Ascii.colon else { throw unexpected(byte) }
            state = .value
            return .colon
        default: return try stepAfterValue(byte)
        }
    }

    private mutating func stepAfterValue(_ byte: UInt8) throws(JSONError.Reason) -> Event {
        guard nesting.depth > 0 else { throw .trailingBytes }
        switch byte {
        case Ascii.comma:
            state = nesting.isInObject ? .name : .value
            return .comma
        case Ascii.closeBrace where nesting.isInObject: return close(.endObject)
        case Ascii.closeBracket where !nesting.isInObject: return close(.endArray)
        default: throw unexpected(byte)
        }
    }

    private mutating func beginValue(_ byte: UInt8) throws(JSONError.Reason) -> Event {
        switch byte {
        case Ascii.openBrace:
            try open(isObject: true)
            return .beginObject
        case Ascii.openBracket:
            try open(isObject: false)
            return .beginArray
        case Ascii.quote:
            isName = false
            state = .string
        case Ascii.minus: state = .minus
        case Ascii.zero: state = .zero
        case Ascii.zero...Ascii.nine: state = .integer
        case UInt8(ascii: "t"): beginLiteral("true")
        case UInt8(ascii: "f"): beginLiteral("false")
        case UInt8(ascii: "n"): beginLiteral("null")
        default: throw unexpected(byte)
        }
        return .beginScalar
    }

    private mutating func open(isObject: Bool) throws(JSONError.Reason) {
        guard nesting.depth < maxDepth else { throw .tooDeep(limit: maxDepth) }
        nesting.push(isObject: isObject)
        state = isObject ? .firstName : .firstElement
    }

    private mutating func close(_ event: Event) -> Event {
        nesting.pop()
        state = .afterValue
        return event
    }

    private func unexpected(_ byte: UInt8) -> JSONError.Reason {
        let expected: JSONError.Expectation =
            switch state {
            case .firstElement: .valueOrEnd
            case .firstName: .nameOrEnd
            case .name: .name
            case .colon: .colon
            case .afterValue: nesting.isInObject ? .commaOrBrace : .commaOrBracket
            default: .value
            }
        return .unexpectedByte(byte, expected: expected)
    }
}

// MARK: - Strings

extension GrammarMachine {
    private mutating func stepInString(_ byte: UInt8) throws(JSONError.Reason) -> Event {
        switch byte {
        case Ascii.quote:
            state = isName ? .colon : .afterValue
            return isName ? .endName : .inside
        case Ascii.backslash: state = .escape
        case 0..<0x20: throw .controlCharacter(byte)
        case 0..<0x80: break
        default:
            guard let started = UTF8Sequence(first: byte) else { throw .invalidUTF8 }
            sequence = started
            state = .sequence
        }
        return .inside
    }

    private mutating func stepInCharacter(_ byte: UInt8) throws(JSONError.Reason) -> Event {
        if state == .sequence {
            guard sequence?.accept(byte) == true else { throw .invalidUTF8 }
            if sequence?.remaining == 0 { state = .string }
        } else if state == .hexDigits {
            guard Ascii.hexValue(byte) != nil else { throw .invalidEscape }
            hexDigitsLeft -= 1
            if hexDigitsLeft == 0 { state = .string }
        } else if byte == UInt8(ascii: "u") {
            hexDigitsLeft = 4
            state = .hexDigits
        } else {
            guard #""\/bfnrt"#.utf8.contains(byte) else { throw .invalidEscape }
            state = .string
        }
        return .inside
    }
}

// MARK: - Numbers and literals

extension GrammarMachine {
    private mutating func beginLiteral(_ literal: StaticString) {
        word = literal
        wordIndex = 1
        state = .literal
    }

    private mutating func stepInLiteral(_ byte: UInt8) throws(JSONError.Reason) -> Event {
        guard byte == word.utf8Start[wordIndex] else { throw .invalidLiteral }
        wordIndex += 1
        if wordIndex == word.utf8CodeUnitCount { state = .afterValue }
        return .inside
    }

    /// Takes a byte that continues the number; false if the number is over and the byte stands after it.
    private mutating func stepInNumber(_ byte: UInt8) throws(JSONError.Reason) -> Bool {
        let isDigit = Ascii.isDigit(byte)
        switch state {
        case .minus where isDigit: state = byte == Ascii.zero ? .zero : .integer
        case .zero where isDigit: throw .invalidNumber
        case .integer where isDigit, .fraction where isDigit, .exponentDigits where isDigit: break
        case .zero where byte == Ascii.dot, .integer where byte == Ascii.dot: state = .point
        case .point where isDigit: state = .fraction
        case .exponent where isDigit, .exponentSign where isDigit: state = .exponentDigits
        case .exponent where byte == Ascii.plus || byte == Ascii.minus: state = .exponentSign
        case .zero, .integer, .fraction:
            guard byte | 0x20 == UInt8(ascii: "e") else { return false }
            state = .exponent
        case .exponentDigits: return false
        default: throw .invalidNumber
        }
        return true
    }
}

extension GrammarMachine.State {
    /// Whether a number is being read.
    var isNumber: Bool { rawValue >= Self.minus.rawValue && rawValue <= Self.exponentDigits.rawValue }

    /// Whether a number has been read that may end here.
    var isCompleteNumber: Bool {
        self == .zero || self == .integer || self == .fraction || self == .exponentDigits
    }
}
