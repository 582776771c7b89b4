/// The problem under both ways to ask for tokens: include items, at the least weight, so that every clause holds.
///
/// A clause is an OR of alternatives, an alternative an AND of items. With scopes for items it is the smallest union;
/// with whole scope sets for items and one item an alternative it is the fewest tokens.
///
/// Items are numbers from 0. The answer is the least set by the sum of weights and, among equals, the one that has the
/// lowest item in which two sets differ. For sets of one size that is the lexicographic order of the sorted items.
struct CoverProblem: Sendable {
    /// An AND: distinct items, ascending.
    typealias Alternative = [Int]
    /// An OR of alternatives.
    typealias Clause = [Alternative]

    /// The weight of each item, above 0. Sets of different sizes must never have one weight.
    let weights: [Int]
    /// What must hold, in any order.
    let clauses: [Clause]

    /// The sum of the weights of the items.
    func weight(of items: some Sequence<Int>) -> Int {
        items.reduce(0) { $0 + weights[$1] }
    }

    /// For each item, the clauses that name it, ascending.
    func occurrences() -> [[Int]] {
        var lists = [[Int]](repeating: [], count: weights.count)
        for (index, clause) in clauses.enumerated() {
            for alternative in clause {
                for item in alternative where lists[item].last != index { lists[item].append(index) }
            }
        }
        return lists
    }

    /// The clauses in an order of their own, so that nothing below depends on the order in which they came.
    static func canonical(_ clauses: some Sequence<Clause>) -> [Clause] {
        clauses.sorted { left, right in
            if left.count != right.count { return left.count < right.count }
            for (mine, other) in zip(left, right) where mine != other {
                return mine.lexicographicallyPrecedes(other)
            }
            return false
        }
    }
}
