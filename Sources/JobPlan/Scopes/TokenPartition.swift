package import JobSpec

/// Decides which tokens to fetch and which call rides on which.
package enum TokenPartition {
    /// `least_privilege`: no call carries a scope that it doesn't need, and the tokens are the fewest that allow it.
    ///
    /// A call rides on a token whose scopes are exactly one of its alternatives; an alternative that contains another
    /// of the same requirement has scopes that the call doesn't need, and is left aside. Of the answers with the fewest
    /// tokens the one with the fewest scopes over all tokens is taken, then with the fewest scopes that write, then the
    /// one whose list of tokens comes first. A call that any valid token may make rides on the least token there is.
    ///
    /// - Parameters:
    ///   - catalogue: the scopes from which one is taken if there are calls, and any valid token will do for all.
    ///   - effort: the bound of the search, in steps.
    package static func leastPrivilege(
        _ requirements: [ScopeRequirement],
        cost: ScopeCost,
        catalogue: [Scope],
        effort: Int = ScopeSolver.defaultEffort
    ) throws(TokenPartitionError) -> PartitionSolution {
        let distinct = Array(Set(requirements))
        let numbering = ScopeNumbering(distinct, cost: cost)
        let choices = distinct.map { CoverProblem.minimal($0.alternatives.map(numbering.numbers(of:))) }
        let candidates = Set(choices.joined()).subtracting([[]]).sorted(by: numbering.precedes)
        let item = Dictionary(uniqueKeysWithValues: zip(candidates, candidates.indices))
        let weights = TokenWeights(candidates, of: numbering)
        let problem = CoverProblem(
            weights: weights.values,
            clauses: choices.filter { $0 != [[]] }.map { $0.compactMap { item[$0] }.sorted().map { [$0] } }
        )
        var solver = CoverSolver(effort: SearchEffort(limit: effort))
        let solution = solver.solve(problem)

        let picked = solution.items.sorted().map { candidates[$0] }
        var tokens = picked.map(numbering.set(of:))
        let fallback = try fallback(for: requirements, tokens: &tokens, cost: cost, catalogue: catalogue)

        let token = Dictionary(uniqueKeysWithValues: zip(picked, picked.indices))
        var rides: [ScopeRequirement: Ride] = [:]
        for (requirement, choice) in zip(distinct, choices) {
            // The least token that will do; a call that needs no scope has none of its own and rides on the first.
            let index = choice.compactMap { token[$0] }.min() ?? 0
            let needs = choice == [[]] ? [] : tokens[index]
            rides[requirement] = Ride(token: index, alternative: requirement.alternatives.firstIndex(of: needs) ?? 0)
        }
        let chosen = requirements.map { rides[$0] ?? Ride(token: 0, alternative: 0) }
        return PartitionSolution(
            tokens: tokens,
            assignment: chosen.map(\.token),
            chosen: chosen.map(\.alternative),
            fallback: fallback,
            isProvedSmallest: solution.isProved && weights.areExact,
            steps: solver.effort.steps
        )
    }

    /// `single`: one token with the smallest union of scopes; no token if there is no call.
    ///
    /// The parameters are those of ``leastPrivilege(_:cost:catalogue:effort:)``.
    package static func single(
        _ requirements: [ScopeRequirement],
        cost: ScopeCost,
        catalogue: [Scope],
        effort: Int = ScopeSolver.defaultEffort
    ) throws(TokenPartitionError) -> PartitionSolution {
        let solution = ScopeSolver.smallestUnion(requirements, cost: cost, effort: effort)
        var tokens = solution.scopes.isEmpty ? [] : [solution.scopes]
        let fallback = try fallback(for: requirements, tokens: &tokens, cost: cost, catalogue: catalogue)
        return PartitionSolution(
            tokens: tokens,
            assignment: requirements.map { _ in 0 },
            chosen: solution.chosen,
            fallback: fallback,
            isProvedSmallest: solution.isProvedSmallest,
            steps: solution.steps
        )
    }

    /// The token that a call rides on, and the alternative by which it may.
    private struct Ride {
        var token: Int
        var alternative: Int
    }

    /// Adds the least token of one scope where there are calls but no tokens.
    private static func fallback(
        for requirements: [ScopeRequirement],
        tokens: inout [Set<Scope>],
        cost: ScopeCost,
        catalogue: [Scope]
    ) throws(TokenPartitionError) -> Scope? {
        guard tokens.isEmpty, !requirements.isEmpty else { return nil }
        guard let scope = cost.least(in: catalogue) else { throw .noScopeToAskFor }
        tokens = [[scope]]
        return scope
    }
}
