import JSONBytes
import JobSpec

/// The rules of the six paginators.
enum PageRule: Sendable {
    case single(launched: Bool)
    case offset(OffsetRule)
    case numbered(NumberedRule)
    case chained(ChainedRule)

    init(_ kind: Paginator.Kind, origin: String) {
        switch kind {
        case .singlePage: self = .single(launched: false)
        case .offset(let pages): self = .offset(OffsetRule(pages))
        case .pageNumber(let pages): self = .numbered(NumberedRule(pages))
        case .cursor(let pages): self = .chained(ChainedRule(.cursor(pages), origin: origin))
        case .jsonLink(let path): self = .chained(ChainedRule(.jsonLink(path), origin: origin))
        case .headerLink(let relation): self = .chained(ChainedRule(.headerLink(relation), origin: origin))
        }
    }

    var total: Int? {
        switch self {
        case .offset(let rule): rule.total
        case .single, .numbered, .chained: nil
        }
    }

    /// What a resume needs to go on after the pages that have landed.
    var position: JSONValue {
        switch self {
        case .single: .null
        case .offset(let rule): rule.position
        case .numbered(let rule): rule.position
        case .chained(let rule): rule.position
        }
    }

    /// Takes up a position of its own kind.
    ///
    /// - Returns: whether it was one.
    mutating func restore(_ position: JSONValue) -> Bool {
        switch self {
        case .single: return false
        case .offset(var rule):
            defer { self = .offset(rule) }
            return rule.restore(position)
        case .numbered(var rule):
            defer { self = .numbered(rule) }
            return rule.restore(position)
        case .chained(var rule):
            defer { self = .chained(rule) }
            return rule.restore(position)
        }
    }

    mutating func launch(inFlight: Int) -> PageRequest? {
        switch self {
        case .single(let launched):
            self = .single(launched: true)
            return launched ? nil : .plain
        case .offset(var rule):
            defer { self = .offset(rule) }
            return rule.launch(inFlight: inFlight)
        case .numbered(var rule):
            defer { self = .numbered(rule) }
            return rule.launch(inFlight: inFlight)
        case .chained(var rule):
            defer { self = .chained(rule) }
            return rule.launch()
        }
    }

    mutating func land(_ page: PageFacts) -> PageWalk.Verdict {
        switch self {
        case .single: return .end
        case .offset(var rule):
            defer { self = .offset(rule) }
            return rule.land(page)
        case .numbered(var rule):
            defer { self = .numbered(rule) }
            return rule.land(page)
        case .chained(var rule):
            defer { self = .chained(rule) }
            return rule.land(page)
        }
    }
}

/// Reads what a path selects in an answer.
enum PageValue {
    /// The one value selected, or nothing where there is none or it is null.
    static func first(_ path: JSONPath, in page: PageFacts) throws(WalkProblem) -> JSONValue? {
        guard let document = page.document else { return nil }
        do throws(JSONPathError) {
            guard let value = try path.values(in: document).first, value != .null else { return nil }
            return value
        } catch {
            throw .query(error.message)
        }
    }

    /// A count: a whole number that is not negative.
    static func count(_ path: JSONPath, in page: PageFacts) throws(WalkProblem) -> Int {
        let value = try first(path, in: page)
        // Some servers send counts as text.
        let number = value?.intValue ?? value?.text.flatMap { Int($0) }
        guard let number, number >= 0 else {
            throw .badValue(path: path.source, expected: "a count", found: value?.typeName ?? "not there")
        }
        return number
    }
}
