extension CoverSearch {
    /// Betters an answer to a problem too hard to search whole, by exact searches of one neighbourhood after another.
    ///
    /// A neighbourhood is a number of items near one another; included items outside of it stay. It ends when no
    /// neighbourhood of any size betters the answer, or with the effort.
    mutating func improve(_ best: inout Mask, effort: inout SearchEffort) {
        let neighbours = neighbourLists()
        // Each search gets a small share, so that a hard neighbourhood doesn't use up what is there for the others.
        let share = max(1, effort.rest / 64)
        var size = 8
        while size < weights.count, !effort.isSpent {
            var isBetter = false
            for start in weights.indices where best.contains(start) && !effort.isSpent {
                let free = neighbourhood(of: start, size: size, among: neighbours)
                var part = SearchEffort(limit: min(share, effort.rest))
                let outcome = run(included: best.subtracting(free), within: weight(of: best) - 1, effort: &part)
                effort.spend(part.steps)
                if let found = outcome.best {
                    best = found
                    isBetter = true
                }
            }
            if !isBetter { size *= 2 }
        }
    }

    /// For each item, those that share a clause with it, ascending.
    private func neighbourLists() -> [[Int]] {
        var masks = [Mask](repeating: Mask(), count: weights.count)
        for clause in 0..<starts.count - 1 {
            var support = Mask()
            for index in starts[clause]..<starts[clause + 1] { support.formUnion(alternatives[index]) }
            support.forEach { masks[$0].formUnion(support) }
        }
        return masks.map(\.items)
    }

    /// The first items reached from `start`, breadth first; from each, those that follow it come first.
    private func neighbourhood(of start: Int, size: Int, among neighbours: [[Int]]) -> Mask {
        var reached = Mask(CollectionOfOne(start))
        var queue = [start]
        var position = 0
        while position < queue.count, queue.count < size {
            let list = neighbours[queue[position]]
            let turn = list.firstIndex { $0 > queue[position] } ?? 0
            for item in list[turn...] + list[..<turn] where queue.count < size && !reached.contains(item) {
                reached.insert(item)
                queue.append(item)
            }
            position += 1
        }
        return reached
    }
}
