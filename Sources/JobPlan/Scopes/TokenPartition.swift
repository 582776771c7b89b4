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
        let distinct = Set(requirements)
        let choices = distinct.map(minimalAlternatives).filter { !$0.contains([]) }
        let candidates = Set(choices.joined()).sorted(by: cost.precedes)
        let item = Dictionary(uniqueKeysWithValues: zip(candidates, candidates.indices))
        let weights = TokenWeights(candidates, cost: cost)
        let problem = CoverProblem(
            weights: weights.values,
            clauses: choices.map { $0.compactMap { item[$0] }.sorted().map { [$0] } }
        )
        var solver = CoverSolver(effort: SearchEffort(limit: effort))
        let solution = solver.solve(problem)

        var tokens = solution.items.sorted().map { candidates[$0] }
        let fallback = try fallback(for: requirements, tokens: &tokens, cost: cost, catalogue: catalogue)
        let index = Dictionary(uniqueKeysWithValues: zip(tokens, tokens.indices))
        var rides: [ScopeRequirement: Ride] = [:]
        for requirement in distinct { rides[requirement] = exactRide(of: requirement, on: index) }
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

    /// The alternatives that contain no other, in the order written, each once.
    private static func minimalAlternatives(of requirement: ScopeRequirement) -> [Set<Scope>] {
        let all = requirement.alternatives
        return all.indices.map { all[$0] }.filter { candidate in
            !all.contains { $0.isStrictSubset(of: candidate) }
        }
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

    /// The least token that a call can ride on: one that equals a minimal alternative; any if it needs no scope.
    private static func exactRide(of requirement: ScopeRequirement, on tokens: [Set<Scope>: Int]) -> Ride? {
        if let index = requirement.alternatives.firstIndex(of: []) { return Ride(token: 0, alternative: index) }
        let minimal = minimalAlternatives(of: requirement)
        let rides = requirement.alternatives.enumerated().compactMap { index, alternative -> Ride? in
            guard let token = tokens[alternative], minimal.contains(alternative) else { return nil }
            return Ride(token: token, alternative: index)
        }
        return rides.min { $0.token < $1.token }
    }
}
