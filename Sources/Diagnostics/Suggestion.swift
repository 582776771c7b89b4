/// Did-you-mean: the known name that a mistyped one was most likely meant to be.
package enum Suggestion {
    /// Names longer than this are not compared: nobody mistypes them, and the comparison costs the product of lengths.
    private static let longestName = 64

    /// The candidate closest to `name`, or nil when none is close.
    ///
    /// Names that differ only in case, hyphens and underscores are the closest; otherwise up to a third of the
    /// letters may be inserted, deleted, replaced or swapped. Ties go to the alphabetically first candidate.
    package static func closest(to name: String, in candidates: some Collection<String>) -> String? {
        guard !name.isEmpty, name.unicodeScalars.count <= longestName else { return nil }
        let folded = fold(name)
        var best: (distance: Int, candidate: String)?
        for candidate in candidates where candidate != name && candidate.unicodeScalars.count <= longestName {
            let other = fold(candidate)
            let longest = max(folded.count, other.count)
            let distance = editDistance(folded, other)
            // One slip is forgiven in names of three letters and more, two from six letters on, and so forth.
            guard distance == 0 || distance <= longest / 3, distance < longest else { continue }
            if let current = best, (current.distance, current.candidate) <= (distance, candidate) { continue }
            best = (distance, candidate)
        }
        return best?.candidate
    }

    /// ``did you mean `x`?``, or nil when no candidate is close.
    package static func help(for name: String, in candidates: some Collection<String>) -> String? {
        closest(to: name, in: candidates).map { "did you mean `\($0)`?" }
    }

    private static func fold(_ name: String) -> [Unicode.Scalar] {
        name.lowercased().unicodeScalars.filter { $0 != "_" && $0 != "-" && $0 != " " }
    }

    /// The optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours.
    private static func editDistance(_ lhs: [Unicode.Scalar], _ rhs: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...rhs.count)
        for row in lhs.indices {
            var current = [row + 1]
            current.reserveCapacity(rhs.count + 1)
            for column in rhs.indices {
                let isSame = lhs[row] == rhs[column]
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (isSame ? 0 : 1))
                if row > 0, column > 0, lhs[row] == rhs[column - 1], lhs[row - 1] == rhs[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[rhs.count]
    }
}
