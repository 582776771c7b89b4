/// A JSONPath query (RFC 9535), checked and ready to run. Two are equal if they are written alike.
///
/// Evaluation is bounded: it is given up with an error once it has taken `budget` steps, a step being a node that is
/// visited, selected or tested, or some 100 steps of a regular expression. Queries such as `$..*..*..*` would
/// otherwise ask for results without end.
package struct JSONPath: Hashable, Sendable, CustomStringConvertible {
    /// The query as it was written.
    package let source: String
    let query: PathQuery

    /// Ten million steps: seconds at the most, on any machine.
    package static let standardBudget = 10_000_000

    /// Reads a query. Throws where its syntax or the types of its functions are wrong.
    package init(_ query: String) throws(JSONPathError) {
        source = query
        self.query = try JSONPathParser.parse(query)
    }

    /// The query as it was written.
    package var description: String { source }

    /// The selected values, in the order of RFC 9535. Throws if the budget does not suffice.
    package func values(
        in root: JSONValue,
        budget: Int = JSONPath.standardBudget
    ) throws(JSONPathError) -> [JSONValue] {
        var evaluator = PathEvaluator(root: root, budget: budget)
        return try evaluator.nodes(of: query, from: PathNode(value: root, location: nil)).map(\.value)
    }

    /// The selected values with their normalized paths (RFC 9535, section 2.7). Throws if the budget does not suffice.
    package func nodes(
        in root: JSONValue,
        budget: Int = JSONPath.standardBudget
    ) throws(JSONPathError) -> [(path: String, value: JSONValue)] {
        var evaluator = PathEvaluator(root: root, budget: budget)
        let nodes = try evaluator.nodes(of: query, from: PathNode(value: root, location: PathLocation.root))
        return nodes.map { (path: $0.location?.normalizedPath ?? "$", value: $0.value) }
    }

    /// The member names that lead to the array whose elements this query selects, if it has the shape `$.a.b[*]` in
    /// any notation: `["a", "b"]`, or `[]` for `$[*]`. Such a query can be answered by a ``RecordSplitter``. `nil` for
    /// every other query.
    package var streamingPath: [String]? {
        guard let last = query.segments.last, !last.isDescendant, last.selectors.count == 1,
            case .wildcard = last.selectors[0]
        else { return nil }
        var path: [String] = []
        for segment in query.segments.dropLast() {
            guard !segment.isDescendant, segment.selectors.count == 1, case .name(let name) = segment.selectors[0]
            else { return nil }
            path.append(name)
        }
        return path
    }

    /// Whether no value that the query selects or tests can be, hold, or lie in the value that the member names `path`
    /// lead to. Only sure where the query begins with member names that part from `path`; `false` where it is in doubt.
    package func avoids(_ path: [String]) -> Bool {
        for (segment, name) in zip(query.segments, path) {
            guard !segment.isDescendant, segment.selectors.count == 1, case .name(let own) = segment.selectors[0]
            else { return false }
            if own == name { continue }
            return query.segments.allSatisfy { $0.selectors.allSatisfy(\.staysBelow) }
        }
        return false
    }

    /// Whether the query can select one node at most: member names and indices only.
    package var isSingular: Bool { query.isSingular }

    /// Compares the sources, byte by byte.
    package static func == (left: JSONPath, right: JSONPath) -> Bool {
        left.source.utf8.elementsEqual(right.source.utf8)
    }

    /// Hashes the bytes of the source.
    package func hash(into hasher: inout Hasher) {
        for byte in source.utf8 { hasher.combine(byte) }
    }
}
