extension PathEvaluator {
    /// Whether a condition holds for the current node (RFC 9535, section 2.3.5.2).
    mutating func holds(_ condition: PathCondition, at current: JSONValue) throws(JSONPathError) -> Bool {
        switch condition {
        case .any(let conditions):
            for condition in conditions where try holds(condition, at: current) { return true }
            return false
        case .all(let conditions):
            for condition in conditions where try !holds(condition, at: current) { return false }
            return true
        case .not(let condition): return try !holds(condition, at: current)
        case .exists(let query): return try !nodes(of: query, at: current).isEmpty
        case .test(let call): return try test(call, at: current)
        case .comparison(let left, let comparison, let right):
            let left = try value(of: left, at: current)
            let right = try value(of: right, at: current)
            return Self.compare(left, comparison, right)
        }
    }

    private mutating func nodes(of query: PathQuery, at current: JSONValue) throws(JSONPathError) -> [PathNode] {
        try nodes(of: query, from: PathNode(value: query.isAbsolute ? root : current, location: nil))
    }

    /// The value of an operand; `nil` for RFC 9535's `Nothing`.
    private mutating func value(of operand: PathOperand, at current: JSONValue) throws(JSONPathError) -> JSONValue? {
        switch operand {
        case .literal(let value): value
        case .query(let query): try nodes(of: query, at: current).first?.value
        case .call(let call): try value(of: call, at: current)
        }
    }

    // MARK: Comparison

    private static func compare(_ left: JSONValue?, _ comparison: PathComparison, _ right: JSONValue?) -> Bool {
        switch comparison {
        case .equal: areEqual(left, right)
        case .notEqual: !areEqual(left, right)
        case .less: isLess(left, right)
        case .greater: isLess(right, left)
        case .lessOrEqual: isLess(left, right) || areEqual(left, right)
        case .greaterOrEqual: isLess(right, left) || areEqual(left, right)
        }
    }

    private static func areEqual(_ left: JSONValue?, _ right: JSONValue?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return left.isEquivalent(to: right)
    }

    /// Only numbers and strings have an order; strings by their Unicode scalars.
    private static func isLess(_ left: JSONValue?, _ right: JSONValue?) -> Bool {
        switch (left, right) {
        case (.number(let left)?, .number(let right)?): left.isNumericallyLess(than: right)
        case (.string(let left)?, .string(let right)?):
            left.text.unicodeScalars.lexicographicallyPrecedes(right.text.unicodeScalars)
        default: false
        }
    }
}

// MARK: - Functions

extension PathEvaluator {
    private mutating func value(of call: PathFunctionCall, at current: JSONValue) throws(JSONPathError) -> JSONValue? {
        switch call.function {
        case .length:
            switch try value(of: call.arguments[0], at: current) {
            case .string(let string)?: return .number(string.text.unicodeScalars.count)
            case .array(let elements)?: return .number(elements.count)
            case .object(let members)?: return .number(members.count)
            default: return nil
            }
        case .count: return .number(try argumentNodes(of: call, at: current).count)
        case .value:
            let nodes = try argumentNodes(of: call, at: current)
            return nodes.count == 1 ? nodes[0].value : nil
        case .match, .search: return nil
        }
    }

    private mutating func argumentNodes(
        of call: PathFunctionCall,
        at current: JSONValue
    ) throws(JSONPathError) -> [PathNode] {
        guard case .query(let query) = call.arguments[0] else { return [] }
        return try nodes(of: query, at: current)
    }

    /// `match` or `search`. What is no string, and a pattern that is no I-Regexp, matches nothing.
    private mutating func test(_ call: PathFunctionCall, at current: JSONValue) throws(JSONPathError) -> Bool {
        guard let text = try value(of: call.arguments[0], at: current)?.text,
            let pattern = try value(of: call.arguments[1], at: current)?.text,
            let program = call.program ?? RegexpProgram(pattern: pattern)
        else { return false }
        try spend(1 + text.utf8.count / 100 * program.instructions.count + pattern.utf8.count / 100)
        var matcher = RegexpMatcher(program: program, isAnchored: call.function == .match)
        return matcher.matches(text)
    }
}
