/// Weights that rank families of tokens: one token more outweighs any scopes, one scope more any that write.
struct TokenWeights: Sendable {
    /// The weight of each candidate.
    let values: [Int]
    /// Whether the ranks stay apart. They can't in one integer beyond a million scopes over all candidates.
    let areExact: Bool

    /// Weighs the candidates, which are lists of numbers of scopes; none may be empty.
    init(_ candidates: [[Int]], of numbering: ScopeNumbering) {
        let ceiling = 1 << 20
        let total = candidates.reduce(0) { $0 + $1.count }
        areExact = total < ceiling
        let perScope = min(total + 1, ceiling)
        let perToken = perScope * perScope
        values = candidates.map { perToken + $0.count * perScope + numbering.writes(in: $0) }
    }
}
