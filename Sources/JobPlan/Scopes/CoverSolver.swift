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
        // Reductions seldom take much; where they would, the search must have its part.
        var share = SearchEffort(limit: effort.rest / 4)
        let reduction = CoverReduction(problem, effort: &share)
        effort.spend(share.steps)
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
        if part.clauses.count == 1, let least = part.least(of: part.clauses[0]) {
            return CoverSolution(items: Set(least.map { items[$0] }), isProved: true)
        }
        var solution =
            switch items.count {
            case ...NarrowMask.capacity: search(part, NarrowMask.self)
            case ...WideMask<SIMD4<UInt64>>.capacity: search(part, WideMask<SIMD4<UInt64>>.self)
            case ...WideMask<SIMD16<UInt64>>.capacity: search(part, WideMask<SIMD16<UInt64>>.self)
            default: CoverSolution(items: CoverGreedy(part).answer(), isProved: false)
            }
        solution.items = Set(solution.items.map { items[$0] })
        return solution
    }

    /// Looks a little, for most problems need no more; else betters the answer first, so that the whole search has
    /// less to refute. A sixteenth of the effort is kept to tell which of the lightest comes first.
    private mutating func search<Mask: ItemMask>(_ problem: CoverProblem, _: Mask.Type) -> CoverSolution {
        let greedy = CoverGreedy(problem)
        var best = Mask(greedy.answer())
        var search = CoverSearch<Mask>(problem)
        let budget = effort.rest
        var isLightest = lighten(&best, with: &search, effort: budget / 8)
        if !isLightest {
            var share = SearchEffort(limit: budget / 2)
            search.improve(&best, effort: &share)
            effort.spend(share.steps)
            isLightest = lighten(&best, with: &search, effort: effort.rest - budget / 16)
        }
        if isLightest, advance(&best, with: &search) {
            return CoverSolution(items: Set(best.items), isProved: true)
        }
        return CoverSolution(items: greedy.pruned(Set(best.items)), isProved: false)
    }

    /// Moves to the lightest answer within some effort; whether that is proved.
    private mutating func lighten<Mask: ItemMask>(
        _ best: inout Mask,
        with search: inout CoverSearch<Mask>,
        effort limit: Int
    ) -> Bool {
        var share = SearchEffort(limit: limit)
        let outcome = search.run(within: search.weight(of: best) - 1, effort: &share)
        effort.spend(share.steps)
        best = outcome.best ?? best
        if case .complete = outcome { return true }
        return false
    }

    /// Moves from one lightest answer to the one that comes first; false if the effort ended on the way.
    ///
    /// Item by item: keep the low item if some lightest answer has it together with what was kept before.
    private mutating func advance<Mask: ItemMask>(
        _ best: inout Mask,
        with search: inout CoverSearch<Mask>
    ) -> Bool {
        let limit = search.weight(of: best)
        var kept = Mask()
        var dropped = Mask()
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
