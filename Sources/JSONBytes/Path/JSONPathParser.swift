/// Reads the grammar of RFC 9535, appendix A, over the bytes of the query.
struct JSONPathParser {
    /// How deep filters, parentheses and function calls may nest.
    static let maxDepth = 64
    /// The integers that I-JSON can exchange exactly (RFC 9535, section 2.1).
    static let exactIntegers = -9_007_199_254_740_991...9_007_199_254_740_991

    let bytes: [UInt8]
    var position = 0
    var depth = 0

    /// Reads a whole query.
    static func parse(_ query: String) throws(JSONPathError) -> PathQuery {
        var parser = JSONPathParser(bytes: Array(query.utf8))
        guard parser.accept("$") else { throw parser.error("a query starts with '$'") }
        let segments = try parser.parseSegments()
        guard parser.current == nil else {
            throw parser.error("expected '.', '..' or '[' here, or the end of the query")
        }
        return PathQuery(isAbsolute: true, segments: segments)
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    // MARK: Bytes

    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    func error(_ message: String, at offset: Int? = nil) -> JSONPathError {
        JSONPathError(offset: offset ?? position, message: message)
    }

    func isNext(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        return (0..<count).allSatisfy { bytes[position + $0] == word.utf8Start[$0] }
    }

    mutating func accept(_ word: StaticString) -> Bool {
        guard isNext(word) else { return false }
        position += word.utf8CodeUnitCount
        return true
    }

    mutating func skipBlanks() {
        while let current, Ascii.isWhitespace(current) { position += 1 }
    }

    mutating func nest() throws(JSONPathError) {
        depth += 1
        if depth > Self.maxDepth {
            throw error("filters and parentheses are nested deeper than \(Self.maxDepth) levels")
        }
    }

    // MARK: Segments

    mutating func parseSegments() throws(JSONPathError) -> [PathSegment] {
        var segments: [PathSegment] = []
        while true {
            // Blanks belong to the query only if a segment follows.
            let end = position
            skipBlanks()
            guard isNext(".") || isNext("[") else {
                position = end
                return segments
            }
            segments.append(try parseSegment())
        }
    }

    private mutating func parseSegment() throws(JSONPathError) -> PathSegment {
        let isDescendant = accept("..")
        if !isDescendant, !accept(".") {
            return PathSegment(isDescendant: false, selectors: try parseBrackets())
        }
        if isDescendant, isNext("[") {
            return PathSegment(isDescendant: true, selectors: try parseBrackets())
        }
        if accept("*") { return PathSegment(isDescendant: isDescendant, selectors: [.wildcard]) }
        let start = position
        while let byte = current, Self.isNameByte(byte, isFirst: position == start) { position += 1 }
        guard position > start else { throw error("expected a member name or '*' after the dot") }
        let name = String(decoding: bytes[start..<position], as: UTF8.self)
        return PathSegment(isDescendant: isDescendant, selectors: [.name(name)])
    }

    /// Whether a byte may stand in a name without quotes. All that is not ASCII may.
    static func isNameByte(_ byte: UInt8, isFirst: Bool) -> Bool {
        let isLetter = (byte | 0x20) &- UInt8(ascii: "a") < 26
        return isLetter || byte == UInt8(ascii: "_") || byte >= 0x80 || (!isFirst && Ascii.isDigit(byte))
    }

    private mutating func parseBrackets() throws(JSONPathError) -> [PathSelector] {
        guard accept("[") else { throw error("expected '['") }
        var selectors: [PathSelector] = []
        repeat {
            skipBlanks()
            selectors.append(try parseSelector())
            skipBlanks()
        } while accept(",")
        guard accept("]") else { throw error("expected ',' or ']'") }
        return selectors
    }

    private mutating func parseSelector() throws(JSONPathError) -> PathSelector {
        switch current {
        case Ascii.quote?, UInt8(ascii: "'")?: return .name(try parseString())
        case UInt8(ascii: "*")?:
            position += 1
            return .wildcard
        case UInt8(ascii: "?")?:
            position += 1
            try nest()
            skipBlanks()
            let condition = try parseCondition()
            depth -= 1
            return .filter(condition)
        default: return try parseIndexOrSlice()
        }
    }

    private mutating func parseIndexOrSlice() throws(JSONPathError) -> PathSelector {
        let start = try parseInteger()
        let end = position
        skipBlanks()
        guard accept(":") else {
            position = end
            guard let start else {
                throw error("expected a name in quotes, '*', an index, a slice or a filter ('?')")
            }
            return .index(start)
        }
        skipBlanks()
        let stop = try parseInteger()
        skipBlanks()
        var step: Int?
        if accept(":") {
            skipBlanks()
            step = try parseInteger()
        }
        return .slice(start: start, end: stop, step: step ?? 1)
    }

    /// `nil` if no integer stands here.
    private mutating func parseInteger() throws(JSONPathError) -> Int? {
        let start = position
        _ = accept("-")
        let digits = position
        while let current, Ascii.isDigit(current) { position += 1 }
        if position == start { return nil }
        guard position > digits else { throw error("expected a digit after '-'") }
        if bytes[digits] == Ascii.zero, position - start > 1 {
            throw error("an integer has neither leading zeros nor a negative zero", at: start)
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let value = Int(text), Self.exactIntegers.contains(value) else {
            throw error("an integer is at most 2^53 - 1", at: start)
        }
        return value
    }
}
