/// A good answer to a ``CoverProblem`` in time linear in its size: where the search starts, and what remains of a
/// problem too hard for it.
struct CoverGreedy {
    private let problem: CoverProblem
    private let occurrences: [[Int]]

    /// Prepares to answer the problem; no clause may be empty.
    init(_ problem: CoverProblem) {
        self.problem = problem
        occurrences = problem.occurrences()
    }

    /// Takes for each clause that doesn't hold yet the alternative that costs least per open clause it touches.
    func answer() -> Set<Int> {
        var included: Set<Int> = []
        var isOpen = [Bool](repeating: true, count: problem.clauses.count)
        var uses = occurrences.map(\.count)

        for (index, clause) in problem.clauses.enumerated() where isOpen[index] {
            let price = { (alternative: [Int]) in
                let missing = alternative.filter { !included.contains($0) }
                return Double(problem.weight(of: missing)) / Double(missing.reduce(1) { $0 + uses[$1] })
            }
            guard let cheapest = clause.map({ ($0, price($0)) }).min(by: { $0.1 < $1.1 })?.0 else { continue }
            for item in cheapest where included.insert(item).inserted {
                for touched in occurrences[item] where isOpen[touched] && holds(touched, with: included) {
                    isOpen[touched] = false
                    for named in Set(problem.clauses[touched].joined()) { uses[named] -= 1 }
                }
            }
        }
        return pruned(included)
    }

    /// The set without the items, heaviest first, that nothing needs.
    func pruned(_ included: Set<Int>) -> Set<Int> {
        var kept = included
        let heaviestFirst = included.sorted { left, right in
            let (leftWeight, rightWeight) = (problem.weights[left], problem.weights[right])
            return leftWeight != rightWeight ? leftWeight > rightWeight : left > right
        }
        for item in heaviestFirst {
            kept.remove(item)
            if !occurrences[item].allSatisfy({ holds($0, with: kept) }) { kept.insert(item) }
        }
        return kept
    }

    private func holds(_ clause: Int, with included: Set<Int>) -> Bool {
        problem.clauses[clause].contains { $0.allSatisfy(included.contains) }
    }
}
