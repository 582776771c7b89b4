package import JobSpec

/// The tokens to fetch, and the token on which each call rides.
package struct PartitionSolution: Hashable, Sendable {
    /// The scopes of each token, none empty, the least first by the order of ``ScopeCost``.
    package let tokens: [Set<Scope>]
    /// For each requirement, in the order given, the index of its token in `tokens`.
    package let assignment: [Int]
    /// For each requirement, in the order given, the index of the alternative that it rides on.
    package let chosen: [Int]
    /// The scope that no call needs and that is asked for only because a request must name one; nothing otherwise.
    package let fallback: Scope?
    /// Whether no other answer is better. If not, the search ended at its bound, and this is the best found.
    package let isProvedSmallest: Bool
    /// The search steps spent; the same for the same input.
    package let steps: Int
}
