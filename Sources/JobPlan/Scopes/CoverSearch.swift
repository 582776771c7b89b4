/// Branch and bound over one connected ``CoverProblem`` whose items fit a mask.
///
/// Depth first on a stack of its own: an item is included or excluded, what follows is propagated, and a node is left
/// when a lower bound says that nothing within the limit is below it.
struct CoverSearch<Mask: ItemMask> {
    /// What became of a search.
    enum Outcome {
        /// All was seen; the best answer within the limit, if any.
        case complete(Mask?)
        /// The effort ended first; the best answer so far, if any.
        case cutShort(Mask?)

        /// The best answer seen, if any.
        var best: Mask? {
            switch self {
            case .complete(let best), .cutShort(let best): best
            }
        }
    }

    /// Decisions taken, with the clauses still open when they were taken: a range of `arena`.
    struct Node {
        var included: Mask
        var excluded: Mask
        var weight: Int
        var open: Range<Int>
    }

    let weights: [Int]
    /// The alternatives of all clauses, end to end; those of clause `c` are `starts[c]..<starts[c + 1]`.
    let alternatives: [Mask]
    let starts: [Int]
    /// The open clauses of every node on the way down, end to end.
    var arena: [Int] = []
    /// For each open clause of the node at hand.
    var outlooks: [Outlook] = []
    var scores: [Int]

    /// Prepares to search; items must be below the capacity of the mask.
    init(_ problem: CoverProblem) {
        weights = problem.weights
        scores = [Int](repeating: 0, count: weights.count)
        alternatives = problem.clauses.flatMap { $0.map { Mask($0) } }
        starts = problem.clauses.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    }

    /// Looks below the given decisions for the lightest answer of at most `limit`, or with `first` for any such.
    mutating func run(
        included: Mask = Mask(),
        excluded: Mask = Mask(),
        within limit: Int,
        first: Bool = false,
        effort: inout SearchEffort
    ) -> Outcome {
        var limit = limit
        var best: Mask?
        arena = Array(0..<starts.count - 1)
        var stack = [Node(included: included, excluded: excluded, weight: weight(of: included), open: arena.indices)]

        while var node = stack.popLast() {
            if effort.isSpent { return .cutShort(best) }
            arena.removeSubrange(node.open.upperBound...)
            guard narrow(&node, within: limit, effort: &effort) else { continue }
            if node.open.isEmpty {
                best = node.included
                if first { break }
                limit = node.weight - 1
                continue
            }
            let item = branchingItem(of: node, effort: &effort)
            var without = node
            without.excluded.insert(item)
            stack.append(without)
            node.included.insert(item)
            node.weight += weights[item]
            stack.append(node)
        }
        return .complete(best)
    }

    /// The sum of the weights of the items.
    func weight(of items: Mask) -> Int {
        var total = 0
        items.forEach { total += weights[$0] }
        return total
    }

    /// The item that decides most: named by many open clauses, by short ones above all.
    private mutating func branchingItem(of node: Node, effort: inout SearchEffort) -> Int {
        for item in scores.indices { scores[item] = 0 }
        for clause in arena[node.open] {
            let range = starts[clause]..<starts[clause + 1]
            effort.spend(range.count * Self.stepsPerLook)
            let live = range.count { alternatives[$0].isDisjoint(with: node.excluded) }
            for index in range where alternatives[index].isDisjoint(with: node.excluded) {
                let rest = alternatives[index].subtracting(node.included)
                let score = 1 << max(0, 24 - 2 * (live + rest.count))
                rest.forEach { scores[$0] += score }
            }
        }
        var most = 0
        for item in scores.indices where scores[item] > scores[most] { most = item }
        return most
    }
}
