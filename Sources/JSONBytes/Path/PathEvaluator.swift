/// Runs a query over a value, within a budget of steps.
struct PathEvaluator {
    let root: JSONValue
    private let budget: Int
    private var stepsLeft: Int

    init(root: JSONValue, budget: Int) {
        self.root = root
        self.budget = budget
        stepsLeft = budget
    }

    /// Takes steps off the budget. Throws when it is used up.
    mutating func spend(_ steps: Int = 1) throws(JSONPathError) {
        stepsLeft -= steps
        guard stepsLeft >= 0 else {
            throw JSONPathError(offset: 0, message: "the query was given up after \(budget) steps: it selects too much")
        }
    }

    /// The nodes that a query selects, starting at a node.
    mutating func nodes(of query: PathQuery, from start: PathNode) throws(JSONPathError) -> [PathNode] {
        var nodes = [start]
        for segment in query.segments {
            var selected: [PathNode] = []
            for node in nodes {
                if segment.isDescendant {
                    try descend(segment.selectors, from: node, into: &selected)
                } else {
                    try select(segment.selectors, from: node, into: &selected)
                }
            }
            nodes = selected
        }
        return nodes
    }

    /// Applies selectors to a node and then to all of its descendants, parents before children. The recursion is as
    /// deep as the value, which the parser bounds.
    private mutating func descend(
        _ selectors: [PathSelector],
        from node: PathNode,
        into selected: inout [PathNode]
    ) throws(JSONPathError) {
        try spend()
        try select(selectors, from: node, into: &selected)
        switch node.value {
        case .array, .object:
            for child in children(of: node) { try descend(selectors, from: child, into: &selected) }
        default: break
        }
    }

    private mutating func select(
        _ selectors: [PathSelector],
        from node: PathNode,
        into selected: inout [PathNode]
    ) throws(JSONPathError) {
        for selector in selectors {
            switch selector {
            case .name(let name):
                guard case .object(let members) = node.value,
                    let member = members.last(where: { $0.name.matches(name) })
                else { continue }
                try spend()
                selected.append(child(of: node, member))
            case .wildcard:
                let children = children(of: node)
                try spend(children.count)
                selected += children
            case .index(let index):
                guard case .array(let elements) = node.value else { continue }
                let position = index < 0 ? elements.count + index : index
                guard elements.indices.contains(position) else { continue }
                try spend()
                selected.append(child(of: node, position, elements[position]))
            case .slice(let start, let end, let step):
                guard case .array(let elements) = node.value else { continue }
                let positions = Self.positions(count: elements.count, start: start, end: end, step: step)
                for position in positions {
                    try spend()
                    selected.append(child(of: node, position, elements[position]))
                }
            case .filter(let condition):
                for child in children(of: node) {
                    try spend()
                    if try holds(condition, at: child.value) { selected.append(child) }
                }
            }
        }
    }

    /// The positions that a slice selects (RFC 9535, section 2.3.4.2.2).
    private static func positions(count: Int, start: Int?, end: Int?, step: Int) -> StrideTo<Int> {
        func normalized(_ index: Int) -> Int { index < 0 ? count + index : index }
        if step == 0 { return stride(from: 0, to: 0, by: 1) }
        if step > 0 {
            let lower = min(max(normalized(start ?? 0), 0), count)
            let upper = min(max(normalized(end ?? count), 0), count)
            return stride(from: lower, to: upper, by: step)
        }
        let upper = min(max(normalized(start ?? count - 1), -1), count - 1)
        // Without an end, the slice goes down to the first element.
        let lower = end.map { min(max(normalized($0), -1), count - 1) } ?? -1
        return stride(from: upper, to: lower, by: step)
    }

    // MARK: Children

    private func children(of node: PathNode) -> [PathNode] {
        switch node.value {
        case .array(let elements): elements.enumerated().map { child(of: node, $0.offset, $0.element) }
        case .object(let members): members.map { child(of: node, $0) }
        default: []
        }
    }

    private func child(of node: PathNode, _ index: Int, _ value: JSONValue) -> PathNode {
        PathNode(value: value, location: node.location?.appending(.index(index)))
    }

    private func child(of node: PathNode, _ member: JSONMember) -> PathNode {
        PathNode(value: member.value, location: node.location?.appending(.name(member.name)))
    }
}
