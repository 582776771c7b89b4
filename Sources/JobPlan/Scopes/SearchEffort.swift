/// A budget of search steps. Steps are counted, not timed: the same input always stops at the same place.
///
/// A step is one look at one alternative, or more where masks are wide, so that it stands for about the same work (some
/// nanoseconds) whatever the shape and size of the problem.
struct SearchEffort: Sendable {
    /// What may be spent in all.
    let limit: Int
    /// What was spent.
    private(set) var steps = 0

    /// The budget when the caller doesn't say: about a tenth of a second.
    static let standard = 15_000_000

    /// Makes a budget; a negative one is none.
    init(limit: Int) {
        self.limit = max(0, limit)
    }

    /// Whether nothing is left.
    var isSpent: Bool { steps >= limit }

    /// What is left.
    var rest: Int { max(0, limit - steps) }

    /// Notes work done. It may pass the limit by the work of one node.
    mutating func spend(_ count: Int) {
        steps += count
    }
}
