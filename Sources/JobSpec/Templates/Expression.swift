package import JSONBytes

/// What stands between `${{` and `}}`: a reference, a literal, a call or an operation on them.
///
/// The grammar is the useful core of GitHub Actions' expressions: `vars.x`, `'text'`, `12.50`, `true`, `null`,
/// `f(a, b)`, `!a`, `a == b`, `a != b`, `a < b`, `a && b`, `a || b`, and parentheses.
package indirect enum Expression: Hashable, Sendable {
    case literal(JSONValue)
    case reference(Reference)
    case call(FunctionCall)
    case not(Expression)
    case binary(BinaryOperator, Expression, Expression)

    /// Every reference in reading order.
    package var references: [Reference] {
        switch self {
        case .literal: []
        case .reference(let reference): [reference]
        case .call(let call): call.arguments.flatMap(\.references)
        case .not(let operand): operand.references
        case .binary(_, let left, let right): left.references + right.references
        }
    }

    /// Whether every reference is of a kind.
    func hasOnly(_ kind: (Reference) -> Bool) -> Bool {
        switch self {
        case .literal: true
        case .reference(let reference): kind(reference)
        case .call(let call): call.arguments.allSatisfy { $0.hasOnly(kind) }
        case .not(let operand): operand.hasOnly(kind)
        case .binary(_, let left, let right): left.hasOnly(kind) && right.hasOnly(kind)
        }
    }

    /// Every function call, outermost first.
    package var calls: [FunctionCall] {
        switch self {
        case .literal, .reference: []
        case .call(let call): [call] + call.arguments.flatMap(\.calls)
        case .not(let operand): operand.calls
        case .binary(_, let left, let right): left.calls + right.calls
        }
    }
}

/// A dotted name such as `steps.loans.output.total`. Brackets are accepted for names with dots: `item['a.b']`.
package struct Reference: Hashable, Sendable {
    /// The names from the root on; never empty.
    package let path: [String]
    /// Where it stands in the scalar's text, as UTF-8 offsets.
    package let range: Range<Int>
    /// Where each name of ``path`` stands.
    package let segmentRanges: [Range<Int>]

    /// The first name: `vars`, `env`, `secrets`, `item`, `batch`, `token`, `steps` or `run`.
    package var root: String { path[0] }

    /// The reference without its last name, where there is more than one.
    var parent: Reference {
        let count = max(1, path.count - 1)
        let end = segmentRanges[count - 1].upperBound
        return Reference(
            path: Array(path.prefix(count)),
            range: range.lowerBound..<max(range.lowerBound, end),
            segmentRanges: Array(segmentRanges.prefix(count))
        )
    }

    /// The name as it would be written.
    package var text: String { path.joined(separator: ".") }
}

/// A call of one of the functions in ``TemplateFunction``.
package struct FunctionCall: Hashable, Sendable {
    package let name: String
    package let nameRange: Range<Int>
    package let range: Range<Int>
    package let arguments: [Expression]

    /// There is such a function, and it takes that many arguments.
    var isValid: Bool { TemplateFunction.all[name]?.arity.contains(arguments.count) ?? false }
}

/// The operators, in GitHub Actions' spelling.
package enum BinaryOperator: String, Hashable, Sendable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case and = "&&"
    case or = "||"
}
