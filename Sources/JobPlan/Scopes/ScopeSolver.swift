package import JobSpec

/// Finds the least set of scopes with which every requirement is met.
package enum ScopeSolver {
    /// The search steps that a solution may take unless the caller says otherwise: about a tenth of a second.
    package static let defaultEffort = SearchEffort.standard

    /// The least set of scopes, by the order of `cost`, that meets every requirement (`tokens: single`).
    ///
    /// The order of the requirements has no bearing on the set. `effort` bounds the search, in steps.
    package static func smallestUnion(
        _ requirements: [ScopeRequirement],
        cost: ScopeCost,
        effort: Int = defaultEffort
    ) -> ScopeSolution {
        let distinct = Set(requirements)
        let numbering = ScopeNumbering(distinct, cost: cost)
        // One scope more outweighs any number of scopes that write.
        let problem = CoverProblem(
            weights: numbering.isWrite.map { numbering.scopes.count + 1 + ($0 ? 1 : 0) },
            clauses: distinct.map { $0.alternatives.map(numbering.numbers(of:)) }
        )
        var solver = CoverSolver(effort: SearchEffort(limit: effort))
        let solution = solver.solve(problem)
        let union = numbering.set(of: solution.items)

        var choices: [ScopeRequirement: Int] = [:]
        for requirement in distinct {
            choices[requirement] = cost.leastAlternative(of: requirement) { $0.isSubset(of: union) }
        }
        return ScopeSolution(
            scopes: union,
            chosen: requirements.map { choices[$0] ?? 0 },
            isProvedSmallest: solution.isProved,
            steps: solver.effort.steps
        )
    }
}
