/// An answer to a ``CoverProblem``: every clause holds and no item can be left out.
struct CoverSolution: Sendable {
    /// The items included.
    var items: Set<Int>
    /// Whether the search showed that no other set comes before this one.
    var isProved: Bool
}
