/// A query, starting at the root (`$`) or at the current node (`@`).
struct PathQuery: Sendable {
    var isAbsolute: Bool
    var segments: [PathSegment]

    /// Whether it can lead to one node at most (RFC 9535, section 2.3.5.1).
    var isSingular: Bool {
        segments.allSatisfy { segment in
            guard !segment.isDescendant, segment.selectors.count == 1 else { return false }
            return switch segment.selectors[0] {
            case .name, .index: true
            case .wildcard, .slice, .filter: false
            }
        }
    }
}

/// One step of a query: to children, or with `..` to all descendants.
struct PathSegment: Sendable {
    var isDescendant: Bool
    var selectors: [PathSelector]
}

/// What a segment picks among the children of a node.
enum PathSelector: Sendable {
    case name(String)
    case wildcard
    case index(Int)
    case slice(start: Int?, end: Int?, step: Int)
    case filter(PathCondition)
}

extension PathSelector {
    /// Whether it looks at nothing but what it selects from; a filter may look at the whole document.
    var staysBelow: Bool {
        switch self {
        case .name, .wildcard, .index, .slice: true
        case .filter: false
        }
    }
}

/// A logical expression of a filter.
indirect enum PathCondition: Sendable {
    case any([PathCondition])
    case all([PathCondition])
    case not(PathCondition)
    case exists(PathQuery)
    case test(PathFunctionCall)
    case comparison(PathOperand, PathComparison, PathOperand)
}

/// A comparison operator.
enum PathComparison: String, Sendable, CaseIterable {
    case equal = "=="
    case notEqual = "!="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case less = "<"
    case greater = ">"
}

/// One side of a comparison, or an argument of a function.
indirect enum PathOperand: Sendable {
    case literal(JSONValue)
    case query(PathQuery)
    case call(PathFunctionCall)
}

/// A function with its arguments, which are as many and of the types that it takes.
struct PathFunctionCall: Sendable {
    var function: PathFunction
    var arguments: [PathOperand]
    /// The pattern of `match` or `search`, compiled ahead if it is a literal.
    var program: RegexpProgram?
}

/// The functions of RFC 9535, sections 2.4.4 to 2.4.8.
enum PathFunction: String, Sendable, CaseIterable {
    case length, count, match, search, value

    /// The types of the type system of section 2.4.1. No standard function takes a logical argument.
    enum ValueKind { case value, nodes, logical }

    var parameters: [ValueKind] {
        switch self {
        case .length: [.value]
        case .count, .value: [.nodes]
        case .match, .search: [.value, .value]
        }
    }

    var result: ValueKind {
        switch self {
        case .length, .count, .value: .value
        case .match, .search: .logical
        }
    }
}
