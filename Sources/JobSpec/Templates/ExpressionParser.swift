import JSONBytes

/// What is wrong with an expression, and where in the scalar's text.
struct ExpressionError: Error {
    let range: Range<Int>
    let message: String
    let help: String?
}

/// A recursive-descent parser for ``Expression``; nesting is bounded, so that no input can exhaust the stack.
struct ExpressionParser {
    private static let maxDepth = 64
    /// A chain of operators is as deep a tree as it is long.
    private static let maxOperators = 256
    private static let maxSegments = 64
    /// Those that begin like another come first.
    private static let comparisons: [BinaryOperator] = [
        .equal, .notEqual, .lessOrEqual, .greaterOrEqual, .less, .greater,
    ]
    private let bytes: [UInt8]
    private let base: Int
    private var position = 0
    private var depth = 0
    private var operators = 0

    /// - Parameters:
    ///   - text: what stands between the braces.
    ///   - base: the UTF-8 offset of `text` in its scalar, added to every range.
    init(_ text: some StringProtocol, base: Int) {
        bytes = Array(text.utf8)
        self.base = base
    }

    /// Parses the whole text as one expression.
    static func parse(_ text: some StringProtocol, base: Int) throws(ExpressionError) -> Expression {
        var parser = ExpressionParser(text, base: base)
        let expression = try parser.parseOr()
        parser.skipSpace()
        guard parser.position == parser.bytes.count else {
            throw parser.unexpectedRest()
        }
        return expression
    }

    private mutating func parseOr() throws(ExpressionError) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maxDepth else {
            throw fail("the expression is nested more than \(Self.maxDepth) deep", help: "leave out some parentheses")
        }
        var left = try parseAnd()
        while take("||") {
            try countOperator()
            left = .binary(.or, left, try parseAnd())
        }
        return left
    }

    private mutating func parseAnd() throws(ExpressionError) -> Expression {
        var left = try parseComparison()
        while take("&&") {
            try countOperator()
            left = .binary(.and, left, try parseComparison())
        }
        return left
    }

    private mutating func parseComparison() throws(ExpressionError) -> Expression {
        let left = try parseUnary()
        for comparison in Self.comparisons where take(comparison.rawValue) {
            if peek == UInt8(ascii: "=") {
                throw fail("`\(comparison.rawValue)=` is not an operator", help: "compare with `==` or `!=`")
            }
            return .binary(comparison, left, try parseUnary())
        }
        skipSpace()
        if peek == UInt8(ascii: "=") {
            throw fail("`=` is not an operator", help: "compare with `==`")
        }
        return left
    }

    private mutating func countOperator() throws(ExpressionError) {
        operators += 1
        guard operators <= Self.maxOperators else {
            throw fail(
                "the expression has more than \(Self.maxOperators) operators",
                help: "use `contains(list, value)`"
            )
        }
    }

    private mutating func parseUnary() throws(ExpressionError) -> Expression {
        var negations = 0
        while take("!", unlessFollowedBy: UInt8(ascii: "=")) { negations += 1 }
        let operand = try parsePrimary()
        return negations.isMultiple(of: 2) ? (negations == 0 ? operand : .not(.not(operand))) : .not(operand)
    }

    private mutating func parsePrimary() throws(ExpressionError) -> Expression {
        skipSpace()
        guard let byte = peek else {
            throw fail("an expression is missing", help: "write a name such as `vars.page_size`")
        }
        switch byte {
        case UInt8(ascii: "("):
            position += 1
            let inner = try parseOr()
            guard take(")") else { throw fail("`)` is missing", help: "close the parenthesis") }
            return inner
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            return .literal(.string(JSONString(try parseString(quote: byte))))
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            return .literal(.number(try parseNumber()))
        default:
            return try parseName()
        }
    }

    private mutating func parseString(quote: UInt8) throws(ExpressionError) -> String {
        let start = position
        position += 1
        var text: [UInt8] = []
        while let byte = peek {
            position += 1
            guard byte == quote else {
                text.append(byte)
                continue
            }
            // A doubled quote stands for one, as in YAML and in GitHub Actions.
            guard peek == quote else { return String(decoding: text, as: UTF8.self) }
            text.append(quote)
            position += 1
        }
        throw ExpressionError(
            range: base + start..<base + bytes.count,
            message: "the text is not closed",
            help: "end it with `\(Character(UnicodeScalar(quote)))`"
        )
    }

    private mutating func parseNumber() throws(ExpressionError) -> JSONNumber {
        let start = position
        while let byte = peek, Self.isNumberByte(byte) { position += 1 }
        let lexeme = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let number = JSONNumber(lexeme: lexeme) else {
            throw ExpressionError(
                range: base + start..<base + position,
                message: "`\(lexeme)` is not a number",
                help: "numbers are written as in JSON; put text in quotes: `'\(lexeme)'`"
            )
        }
        return number
    }

    private mutating func parseName() throws(ExpressionError) -> Expression {
        let start = position
        var path: [String] = []
        var ranges: [Range<Int>] = []
        let first = try identifier(after: nil)
        path.append(first.name)
        ranges.append(first.range)
        if path[0] == "true" || path[0] == "false" { return .literal(.bool(path[0] == "true")) }
        if path[0] == "null" { return .literal(.null) }
        skipSpace()
        if peek == UInt8(ascii: "(") { return .call(try parseCall(name: first.name, nameRange: first.range)) }
        while true {
            guard path.count <= Self.maxSegments else {
                throw fail("the name has more than \(Self.maxSegments) parts", help: "names look like `vars.page_size`")
            }
            if peek == UInt8(ascii: ".") {
                position += 1
                let next = try identifier(after: path.joined(separator: "."))
                path.append(next.name)
                ranges.append(next.range)
            } else if peek == UInt8(ascii: "[") {
                let bracket = try bracketSegment()
                path.append(bracket.name)
                ranges.append(bracket.range)
            } else {
                break
            }
        }
        return .reference(Reference(path: path, range: base + start..<base + position, segmentRanges: ranges))
    }

    private mutating func bracketSegment() throws(ExpressionError) -> (name: String, range: Range<Int>) {
        position += 1
        skipSpace()
        let start = position
        let name: String
        if let quote = peek, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") {
            name = try parseString(quote: quote)
        } else {
            while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
            name = String(decoding: bytes[start..<position], as: UTF8.self)
        }
        let range = base + start..<base + position
        guard !name.isEmpty, take("]") else {
            throw fail("`]` or a quoted name is missing", help: "write `item['name']` or `item[0]`")
        }
        return (name, range)
    }

    private mutating func parseCall(name: String, nameRange: Range<Int>) throws(ExpressionError) -> FunctionCall {
        position += 1
        var arguments: [Expression] = []
        if !take(")") {
            repeat { arguments.append(try parseOr()) } while take(",")
            guard take(")") else {
                throw fail(
                    "`)` is missing after the arguments of `\(name)`",
                    help: "write `)` here, or `,` and another argument"
                )
            }
        }
        let range = nameRange.lowerBound..<base + position
        return FunctionCall(name: name, nameRange: nameRange, range: range, arguments: arguments)
    }

    private mutating func identifier(
        after known: String?
    ) throws(ExpressionError) -> (name: String, range: Range<Int>) {
        let start = position
        while let byte = peek, Self.isNameByte(byte) { position += 1 }
        guard position > start else {
            if let known {
                throw fail("a name is missing after `\(known).`", help: "names look like `vars.page_size`")
            }
            throw fail("a name is missing before `\(restPreview())`", help: "names look like `vars.page_size`")
        }
        return (String(decoding: bytes[start..<position], as: UTF8.self), base + start..<base + position)
    }

    // MARK: - Characters

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private mutating func take(_ symbol: String, unlessFollowedBy stop: UInt8? = nil) -> Bool {
        skipSpace()
        guard bytes[position...].starts(with: symbol.utf8) else { return false }
        let after = position + symbol.utf8.count
        if let stop, after < bytes.count, bytes[after] == stop { return false }
        position = after
        return true
    }

    /// What follows, up to white space, for a message.
    private func restPreview() -> String {
        let rest = String(decoding: bytes[min(position, bytes.count)...], as: UTF8.self)
        return String(rest.prefix { !$0.isWhitespace }.prefix(12))
    }

    /// What stands where the expression should have ended, and what other languages mean by it.
    private func unexpectedRest() -> ExpressionError {
        let preview = restPreview()
        let help =
            switch preview {
            case "and", "AND", "&": "write `&&`"
            case "or", "OR": "write `||`"
            case "|": "there are no filters: call a function, `upper(vars.x)`; \"or\" is `||`"
            case "+", "-", "*", "/", "%": "expressions don't calculate; texts are joined outside of the braces"
            case "in": "write `contains(list, value)`"
            case "?", "if": "there is no choice between values: give the step an `if`, or use `default(…, …)`"
            default: "one `${{ … }}` holds one expression; texts are joined outside of the braces"
            }
        let start = min(position, bytes.count)
        return ExpressionError(
            range: base + start..<base + start + max(1, preview.utf8.count),
            message: "unexpected `\(preview)` after the expression",
            help: help
        )
    }

    private func fail(_ message: String, help: String? = nil) -> ExpressionError {
        let start = min(position, bytes.count)
        return ExpressionError(
            range: base + start..<base + min(start + 1, max(bytes.count, start)),
            message: message,
            help: help
        )
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), 0x80...0xFF:
            true
        default: false
        }
    }

    private static func isNumberByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }
}
