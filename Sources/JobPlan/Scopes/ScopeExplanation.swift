package import JobSpec

/// Why each scope is asked for: the requirements that need it.
package struct ScopeExplanation: Hashable, Sendable {
    /// One scope of one token.
    package struct Reason: Hashable, Sendable {
        /// The index of the token.
        package let token: Int
        /// The scope.
        package let scope: Scope
        /// The indices of the requirements that ride on the token by an alternative with this scope, ascending. Empty
        /// only for a scope that is there because a token must have one.
        package let requirements: [Int]
    }

    /// A reason for every scope of every token: by token, then by name.
    package let reasons: [Reason]

    /// Explains a partition. `requirements` are those it was made from, in the same order.
    package init(of solution: PartitionSolution, for requirements: [ScopeRequirement]) {
        var users = solution.tokens.map { token in
            Dictionary(uniqueKeysWithValues: token.map { ($0, [Int]()) })
        }
        for (index, requirement) in requirements.enumerated() {
            for scope in requirement.alternatives[solution.chosen[index]] {
                users[solution.assignment[index]][scope]?.append(index)
            }
        }
        reasons = users.enumerated().flatMap { token, scopes in
            scopes.sorted { $0.key < $1.key }.map {
                Reason(token: token, scope: $0.key, requirements: $0.value)
            }
        }
    }

    /// The requirements that need a scope of a token, ascending; empty if there is none.
    package func requirements(needing scope: Scope, ofToken token: Int = 0) -> [Int] {
        reasons.first { $0.token == token && $0.scope == scope }?.requirements ?? []
    }
}
