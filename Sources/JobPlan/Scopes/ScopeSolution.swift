package import JobSpec

/// One set of scopes for a list of requirements.
package struct ScopeSolution: Hashable, Sendable {
    /// The scopes to ask for; empty if any valid token will do for every requirement, or there is none.
    package let scopes: Set<Scope>
    /// For each requirement, in the order given, the index of the alternative that it rides on: the least one that
    /// `scopes` contain.
    package let chosen: [Int]
    /// Whether no other set comes before this one in the order of ``ScopeCost``. If not, the search ended at its
    /// bound, and this is the best found: it is valid and has no scope that could simply be left out.
    package let isProvedSmallest: Bool
    /// The search steps spent; the same for the same input.
    package let steps: Int
}
