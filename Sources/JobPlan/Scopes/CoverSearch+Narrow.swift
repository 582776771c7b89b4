extension CoverSearch {
    /// What one open clause asks for at the least.
    struct Outlook {
        /// Every undecided item that its live alternatives name.
        var support: Mask
        /// The weight that its cheapest live alternative adds.
        var price: Int
        /// The number of items in `support`.
        var size: Int
    }

    /// What a look at one alternative costs: wider masks take longer, though less than in proportion.
    static var stepsPerLook: Int { max(1, Mask.capacity / 128) }

    /// Draws every cheap conclusion from a node's decisions; false if no answer within the limit is below it.
    ///
    /// Afterwards the node's open clauses are its own, at the end of `arena`.
    mutating func narrow(_ node: inout Node, within limit: Int, effort: inout SearchEffort) -> Bool {
        while true {
            guard propagate(&node, within: limit, effort: &effort) else { return false }
            if node.open.isEmpty { return true }
            guard let hopeless = bound(node, within: limit, effort: &effort) else { return false }
            if hopeless.isEmpty { return true }
            node.excluded.formUnion(hopeless)
        }
    }

    /// Closes clauses that hold and includes what all live alternatives of a clause share, until it rests.
    private mutating func propagate(_ node: inout Node, within limit: Int, effort: inout SearchEffort) -> Bool {
        var isResting = false
        while !isResting {
            isResting = true
            if node.weight > limit { return false }
            var looks = 0
            outlooks.removeAll(keepingCapacity: true)
            let start = node.open.upperBound
            var kept = start
            for position in node.open {
                let clause = arena[position]
                var support = Mask()
                var common = Mask()
                var price = Int.max
                var live = 0
                for index in starts[clause]..<starts[clause + 1] {
                    let alternative = alternatives[index]
                    looks += 1
                    guard alternative.isDisjoint(with: node.excluded) else { continue }
                    let rest = alternative.subtracting(node.included)
                    let added = weight(of: rest)
                    guard added <= limit - node.weight else { continue }
                    if live == 0 { common = rest } else { common.formIntersection(rest) }
                    live += 1
                    support.formUnion(rest)
                    price = min(price, added)
                    if price == 0 { break }
                }
                if live == 0 {
                    effort.spend(looks * Self.stepsPerLook)
                    return false
                }
                if price == 0 { continue }
                if !common.isEmpty {
                    node.included.formUnion(common)
                    node.weight += weight(of: common)
                    isResting = false
                    if live == 1 { continue }
                }
                if kept < arena.count { arena[kept] = clause } else { arena.append(clause) }
                kept += 1
                outlooks.append(Outlook(support: support, price: price, size: support.count))
            }
            effort.spend(looks * Self.stepsPerLook)
            arena.removeSubrange(kept...)
            node.open = start..<kept
        }
        return node.weight <= limit
    }

    /// Adds up clauses that share no undecided item: each needs its price, whatever the others do.
    ///
    /// Nothing if that passes the limit; else the items that no answer within the limit can have, because they are in
    /// none of these clauses and would come on top.
    private func bound(_ node: Node, within limit: Int, effort: inout SearchEffort) -> Mask? {
        var slack = limit - node.weight
        var used = Mask()
        var isLast = false
        var size = 2
        while !isLast {
            // Short clauses first: they leave the most room for others.
            isLast = size > 4
            for outlook in outlooks where outlook.size == size || (isLast && outlook.size > size) {
                guard outlook.support.isDisjoint(with: used) else { continue }
                used.formUnion(outlook.support)
                slack -= outlook.price
                if slack < 0 { return nil }
            }
            size += 1
        }
        var others = Mask()
        for outlook in outlooks { others.formUnion(outlook.support) }
        var hopeless = Mask()
        others.subtracting(used).forEach { if weights[$0] > slack { hopeless.insert($0) } }
        return hopeless
    }
}
