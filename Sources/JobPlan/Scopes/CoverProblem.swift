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

    /// The alternative that comes before the others.
    func least(of clause: Clause) -> Alternative? {
        clause.min { left, right in
            let (leftWeight, rightWeight) = (weight(of: left), weight(of: right))
            return leftWeight != rightWeight ? leftWeight < rightWeight : left.lexicographicallyPrecedes(right)
        }
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

    /// The alternatives that contain no other, each once, the short ones first.
    static func minimal(_ alternatives: [Alternative]) -> Clause {
        let shortFirst = alternatives.sorted {
            $0.count != $1.count ? $0.count < $1.count : $0.lexicographicallyPrecedes($1)
        }
        guard let shortest = shortFirst.first, !shortest.isEmpty else { return Array(shortFirst.prefix(1)) }
        var minimal: Clause = []
        // What an alternative contains starts with one of its items; so long lists of alternatives stay cheap.
        var byFirst: [Int: [Int]] = [:]
        for alternative in shortFirst {
            let hasLesser = alternative.contains { first in
                byFirst[first, default: []].contains { minimal[$0].isSubset(ofSorted: alternative) }
            }
            if hasLesser { continue }
            byFirst[alternative[0], default: []].append(minimal.count)
            minimal.append(alternative)
        }
        return minimal
    }
}

extension [Int] {
    /// Whether every number of this ascending list is in the other ascending list.
    func isSubset(ofSorted other: [Int]) -> Bool {
        guard count <= other.count else { return false }
        var position = 0
        for item in self {
            while position < other.count, other[position] < item { position += 1 }
            guard position < other.count, other[position] == item else { return false }
            position += 1
        }
        return true
    }
}
