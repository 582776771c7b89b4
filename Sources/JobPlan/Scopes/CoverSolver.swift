/// Answers a ``CoverProblem`` exactly where the effort allows, and says whether it did.
struct CoverSolver {
    /// The effort left and spent.
    private(set) var effort: SearchEffort

    /// Makes a solver with a budget for one or more problems.
    init(effort: SearchEffort) {
        self.effort = effort
    }

    /// The least answer: reductions first, then a search in each part that is left, the small parts first.
    mutating func solve(_ problem: CoverProblem) -> CoverSolution {
        let reduction = CoverReduction(problem, effort: &effort)
        var solution = CoverSolution(items: reduction.included, isProved: true)
        for clauses in reduction.components() {
            let part = solve(clauses, weights: problem.weights)
            solution.items.formUnion(part.items)
            solution.isProved = solution.isProved && part.isProved
        }
        return solution
    }

    /// Solves one part in numbers of its own, ascending as the items are, so that they fit a mask.
    private mutating func solve(_ clauses: [CoverProblem.Clause], weights: [Int]) -> CoverSolution {
        let items = Set(clauses.joined().joined()).sorted()
        let local = Dictionary(uniqueKeysWithValues: zip(items, items.indices))
        let part = CoverProblem(
            weights: items.map { weights[$0] },
            clauses: clauses.map { $0.map { $0.compactMap { local[$0] } } }
        )
        var solution =
            switch items.count {
            case ...ItemMask<1>.capacity: search(part, words: CoverSearch<1>.self)
            case ...ItemMask<4>.capacity: search(part, words: CoverSearch<4>.self)
            case ...ItemMask<16>.capacity: search(part, words: CoverSearch<16>.self)
            default: CoverSolution(items: CoverGreedy(part).answer(), isProved: false)
            }
        solution.items = Set(solution.items.map { items[$0] })
        return solution
    }

    private mutating func search<let words: Int>(
        _ problem: CoverProblem,
        words: CoverSearch<words>.Type
    ) -> CoverSolution {
        let greedy = CoverGreedy(problem)
        var best = ItemMask<words>(greedy.answer())
        var search = CoverSearch<words>(problem)
        let outcome = search.run(within: search.weight(of: best) - 1, effort: &effort)
        let isLightest: Bool
        switch outcome {
        case .complete(let lighter):
            best = lighter ?? best
            isLightest = true
        case .cutShort(let lighter):
            best = lighter ?? best
            isLightest = false
        }
        let isFirst = isLightest && advance(&best, with: &search)
        var items: Set<Int> = []
        best.forEach { items.insert($0) }
        return CoverSolution(items: isFirst ? items : greedy.pruned(items), isProved: isFirst)
    }

    /// Moves from one lightest answer to the one that comes first; false if the effort ended on the way.
    ///
    /// Item by item: keep the low item if some lightest answer has it together with what was kept before.
    private mutating func advance<let words: Int>(
        _ best: inout ItemMask<words>,
        with search: inout CoverSearch<words>
    ) -> Bool {
        let limit = search.weight(of: best)
        var kept = ItemMask<words>()
        var dropped = ItemMask<words>()
        for item in search.weights.indices where search.weight(of: kept) < limit {
            var wanted = kept
            wanted.insert(item)
            if best.contains(item) {
                kept = wanted
                continue
            }
            let outcome = search.run(
                included: wanted,
                excluded: dropped,
                within: limit,
                first: true,
                effort: &effort
            )
            switch outcome {
            case .complete(nil): dropped.insert(item)
            case .complete(.some(let other)), .cutShort(.some(let other)): (best, kept) = (other, wanted)
            case .cutShort(nil): return false
            }
        }
        return true
    }
}
