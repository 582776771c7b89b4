extension JSONPathParser {
    /// Reads a logical expression (RFC 9535, section 2.3.5.1).
    mutating func parseCondition() throws(JSONPathError) -> PathCondition {
        var alternatives = [try parseConjunction()]
        while acceptAfterBlanks("||") {
            skipBlanks()
            alternatives.append(try parseConjunction())
        }
        return alternatives.count == 1 ? alternatives[0] : .any(alternatives)
    }

    private mutating func parseConjunction() throws(JSONPathError) -> PathCondition {
        var conditions = [try parseBasicCondition()]
        while acceptAfterBlanks("&&") {
            skipBlanks()
            conditions.append(try parseBasicCondition())
        }
        return conditions.count == 1 ? conditions[0] : .all(conditions)
    }

    /// Takes `word` and the blanks before it, or nothing.
    private mutating func acceptAfterBlanks(_ word: StaticString) -> Bool {
        let start = position
        skipBlanks()
        if accept(word) { return true }
        position = start
        return false
    }

    private mutating func parseBasicCondition() throws(JSONPathError) -> PathCondition {
        let isNegated = accept("!")
        if isNegated { skipBlanks() }
        if accept("(") {
            try nest()
            skipBlanks()
            let condition = try parseCondition()
            skipBlanks()
            guard accept(")") else { throw error("expected ')'") }
            depth -= 1
            return isNegated ? .not(condition) : condition
        }
        let start = position
        let operand = try parseOperand()
        if isNegated { return .not(try test(operand, at: start)) }
        guard let comparison = parseComparison() else { return try test(operand, at: start) }
        try requireComparable(operand, at: start)
        skipBlanks()
        let otherStart = position
        let other = try parseOperand()
        try requireComparable(other, at: otherStart)
        return .comparison(operand, comparison, other)
    }

    private mutating func parseComparison() -> PathComparison? {
        let start = position
        skipBlanks()
        for comparison in PathComparison.allCases {
            let word = Array(comparison.rawValue.utf8)
            if bytes[position...].starts(with: word) {
                position += word.count
                return comparison
            }
        }
        position = start
        return nil
    }

    private func test(_ operand: PathOperand, at start: Int) throws(JSONPathError) -> PathCondition {
        switch operand {
        case .query(let query): return .exists(query)
        case .call(let call) where call.function.result == .logical: return .test(call)
        case .call(let call):
            throw error("the result of \(call.function.rawValue)() has to be compared with something", at: start)
        case .literal: throw error("a literal has to be compared with something", at: start)
        }
    }

    private func requireComparable(_ operand: PathOperand, at start: Int) throws(JSONPathError) {
        switch operand {
        case .query(let query) where !query.isSingular:
            throw error("only a query for a single node can be compared", at: start)
        case .call(let call) where call.function.result != .value:
            throw error("the result of \(call.function.rawValue)() cannot be compared", at: start)
        default: break
        }
    }
}

// MARK: - Operands

extension JSONPathParser {
    private mutating func parseOperand() throws(JSONPathError) -> PathOperand {
        switch current {
        case UInt8(ascii: "$")?, UInt8(ascii: "@")?:
            let isAbsolute = accept("$")
            if !isAbsolute { position += 1 }
            return .query(PathQuery(isAbsolute: isAbsolute, segments: try parseSegments()))
        case Ascii.quote?, UInt8(ascii: "'")?: return .literal(.string(try parseString()))
        case Ascii.minus?, (Ascii.zero...Ascii.nine)?: return .literal(.number(try parseNumber()))
        default: return try parseWord()
        }
    }

    private mutating func parseNumber() throws(JSONPathError) -> JSONNumber {
        let start = position
        while let byte = current, Self.isNumberByte(byte) { position += 1 }
        guard let number = JSONNumber(lexeme: String(decoding: bytes[start..<position], as: UTF8.self)) else {
            throw error("this is not a valid number", at: start)
        }
        return number
    }

    private static func isNumberByte(_ byte: UInt8) -> Bool {
        Ascii.isDigit(byte) || byte == Ascii.minus || byte == Ascii.plus || byte == Ascii.dot
            || byte | 0x20 == UInt8(ascii: "e")
    }

    /// Reads `true`, `false`, `null` or a function call.
    private mutating func parseWord() throws(JSONPathError) -> PathOperand {
        let start = position
        while let byte = current, Self.isNameByte(byte, isFirst: position == start) { position += 1 }
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        if accept("(") {
            guard let function = PathFunction(rawValue: word) else {
                let known = PathFunction.allCases.map(\.rawValue).joined(separator: ", ")
                throw error("there is no function '\(word)'; known ones: \(known)", at: start)
            }
            return .call(try parseCall(function, at: start))
        }
        switch word {
        case "true": return .literal(.bool(true))
        case "false": return .literal(.bool(false))
        case "null": return .literal(.null)
        default: throw error("expected '@', '$', a literal or a function call", at: start)
        }
    }

    private mutating func parseCall(_ function: PathFunction, at start: Int) throws(JSONPathError) -> PathFunctionCall {
        try nest()
        var arguments: [PathOperand] = []
        skipBlanks()
        if !isNext(")") {
            repeat {
                skipBlanks()
                let argumentStart = position
                let argument = try parseOperand()
                guard arguments.count < function.parameters.count else {
                    throw error(
                        "\(function.rawValue)() takes \(function.parameters.count) argument(s)",
                        at: argumentStart
                    )
                }
                try check(argument, is: function.parameters[arguments.count], of: function, at: argumentStart)
                arguments.append(argument)
                skipBlanks()
            } while accept(",")
        }
        guard accept(")") else { throw error("expected ',' or ')'") }
        guard arguments.count == function.parameters.count else {
            throw error("\(function.rawValue)() takes \(function.parameters.count) argument(s)", at: start)
        }
        depth -= 1
        var call = PathFunctionCall(function: function, arguments: arguments)
        if function.result == .logical, case .literal(let pattern) = arguments[1], let text = pattern.text {
            call.program = RegexpProgram(pattern: text)
        }
        return call
    }

    private func check(
        _ argument: PathOperand,
        is kind: PathFunction.ValueKind,
        of function: PathFunction,
        at start: Int
    ) throws(JSONPathError) {
        switch (kind, argument) {
        case (.nodes, .query): break
        case (.value, .literal): break
        case (.value, .query(let query)) where query.isSingular: break
        case (.value, .call(let call)) where call.function.result == .value: break
        case (.nodes, _): throw error("\(function.rawValue)() takes a query here", at: start)
        default:
            throw error("\(function.rawValue)() takes a value here: a literal or a query for a single node", at: start)
        }
    }
}
