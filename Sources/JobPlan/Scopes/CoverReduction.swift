/// Makes a ``CoverProblem`` smaller without changing its answer, until nothing more can be said without a search.
///
/// Every rule speaks of the one least answer: an item that must be in it is included, one that can't be is excluded.
struct CoverReduction {
    /// Items that the answer has.
    private(set) var included: Set<Int> = []
    /// What still must hold: no clause implied by another, no alternative that contains another of its clause, at
    /// least two alternatives each, no item common to all of them.
    private(set) var clauses: [CoverProblem.Clause]
    private let weights: [Int]
    private var excluded: Set<Int> = []

    /// Reduces the problem. Where the effort ends early the rest is left as it is, which is never wrong.
    init(_ problem: CoverProblem, effort: inout SearchEffort) {
        weights = problem.weights
        clauses = problem.clauses
        repeat {
            settle(effort: &effort)
            dropImplied(effort: &effort)
        } while !effort.isSpent && excludeDominated(effort: &effort)
        settle(effort: &effort)
    }

    /// The clauses apart, in groups that share no item; each can be solved alone, for weights and order add up.
    func components() -> [[CoverProblem.Clause]] {
        var parent = Array(weights.indices)
        func root(_ item: Int) -> Int {
            var item = item
            while parent[item] != item {
                parent[item] = parent[parent[item]]
                item = parent[item]
            }
            return item
        }
        for clause in clauses {
            let first = root(clause[0][0])
            for item in clause.joined() { parent[root(item)] = first }
        }
        let groups = Dictionary(grouping: clauses) { root($0[0][0]) }
        return groups.values.sorted { left, right in
            left.count != right.count
                ? left.count < right.count
                : left[0].lexicographicallyPrecedes(right[0]) { $0.lexicographicallyPrecedes($1) }
        }
    }

    /// Takes decided items out of the clauses and includes what every alternative of a clause has, until it rests.
    private mutating func settle(effort: inout SearchEffort) {
        var changed = true
        while changed {
            // What is found counts from the next pass on, so that the order of the clauses has no bearing.
            var forced: Set<Int> = []
            var distinct = Set<CoverProblem.Clause>(minimumCapacity: clauses.count)
            for clause in clauses {
                guard let rest = remainder(of: clause) else { continue }
                let common = rest.dropFirst().reduce(Set(rest[0])) { $0.intersection($1) }
                forced.formUnion(common)
                distinct.insert(rest)
            }
            included.formUnion(forced)
            changed = !forced.isEmpty
            clauses = CoverProblem.canonical(distinct)
            // A pass takes several times what as many looks of the search do.
            effort.spend(clauses.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } } * 8)
        }
    }

    /// What is left of a clause, sorted, without alternatives that contain another; nothing if it holds already.
    private func remainder(of clause: CoverProblem.Clause) -> CoverProblem.Clause? {
        var live: CoverProblem.Clause = []
        for alternative in clause where excluded.isDisjoint(with: alternative) {
            let rest = alternative.filter { !included.contains($0) }
            if rest.isEmpty { return nil }
            live.append(rest)
        }
        return CoverProblem.minimal(live)
    }

    /// Drops each clause that holds whenever some other clause does.
    private mutating func dropImplied(effort: inout SearchEffort) {
        let lists = CoverProblem(weights: weights, clauses: clauses).occurrences()
        var isImplied = [Bool](repeating: false, count: clauses.count)
        for (index, stronger) in clauses.enumerated() where !isImplied[index] && !effort.isSpent {
            // A clause implied by this one has an alternative inside each of its alternatives: look near the rarest.
            let reach = { (alternative: [Int]) in alternative.reduce(0) { $0 + lists[$1].count } }
            guard let rarest = stronger.min(by: { reach($0) < reach($1) }) else { continue }
            for candidate in rarest.lazy.flatMap({ lists[$0] }) where candidate != index && !isImplied[candidate] {
                effort.spend(clauses[candidate].count)
                isImplied[candidate] = stronger.allSatisfy { wide in
                    clauses[candidate].contains { $0.isSubset(ofSorted: wide) }
                }
            }
        }
        clauses = zip(clauses, isImplied).filter { !$0.1 }.map(\.0)
    }

    /// Excludes each item in whose place a lesser one would always do; whether there was one.
    ///
    /// All verdicts of one pass rest on the same clauses and on the one least answer, so they hold together.
    private mutating func excludeDominated(effort: inout SearchEffort) -> Bool {
        let uses = usesByClause()
        let supports = clauses.map { Set($0.joined()).sorted() }
        var found = false
        for (item, mine) in uses.enumerated() where !effort.isSpent {
            guard let shortest = mine.keys.min(by: { (clauses[$0].count, $0) < (clauses[$1].count, $1) }) else {
                continue
            }
            let named = mine.sorted { $0.key < $1.key }
            let dominated = supports[shortest].contains { rival in
                isLess(rival, than: item)
                    && named.allSatisfy { clause, indices in
                        effort.spend(1 + indices.count)
                        return indices.allSatisfy { index in
                            holds(
                                clause,
                                by: uses[rival][clause, default: []],
                                insteadOf: index,
                                with: rival,
                                for: item
                            )
                        }
                    }
            }
            if dominated {
                excluded.insert(item)
                found = true
            }
        }
        return found
    }

    /// For each item the clauses that name it, and for each of these the indices of the alternatives that have it.
    private func usesByClause() -> [[Int: [Int]]] {
        var uses = [[Int: [Int]]](repeating: [:], count: weights.count)
        for (clause, alternatives) in clauses.enumerated() {
            for (index, alternative) in alternatives.enumerated() {
                for item in alternative { uses[item][clause, default: []].append(index) }
            }
        }
        return uses
    }

    private func isLess(_ left: Int, than right: Int) -> Bool {
        weights[left] != weights[right] ? weights[left] < weights[right] : left < right
    }

    /// Whether a clause that held by the alternative `index` holds as well with `rival` in the place of `item`. As no
    /// alternative contains another, it could only be by one that has the rival.
    private func holds(
        _ clause: Int,
        by candidates: [Int],
        insteadOf index: Int,
        with rival: Int,
        for item: Int
    ) -> Bool {
        guard !candidates.isEmpty else { return false }
        let replaced = Set(clauses[clause][index]).subtracting([item]).union([rival]).sorted()
        return candidates.contains { clauses[clause][$0].isSubset(ofSorted: replaced) }
    }
}
