import JobSpec

/// Where a step's calls come from, in order: pages of one item, or items of one page each.
enum CallSource: Sendable {
    /// What the source asks for next.
    struct Request: Sendable {
        let item: Int
        let page: Int
        let pageRequest: PageRequest
    }

    case pages(item: Int, PageWalk, landed: Int, launched: Int)
    case items(next: Int, count: Int)

    /// The next call that can be launched now.
    mutating func launch() -> Request? {
        switch self {
        case .pages(let item, var walk, let landed, let launched):
            let request = walk.launch()
            self = .pages(item: item, walk, landed: landed, launched: request == nil ? launched : launched + 1)
            return request.map { Request(item: item, page: launched, pageRequest: $0) }
        case .items(let next, let count):
            guard next < count else { return nil }
            self = .items(next: next + 1, count: count)
            return Request(item: next, page: 0, pageRequest: .plain)
        }
    }

    /// Judges the answer to the oldest call under way.
    mutating func land(_ facts: PageFacts) -> PageWalk.Verdict {
        switch self {
        case .items: return .more
        case .pages(let item, var walk, let landed, let launched):
            let verdict = walk.land(facts)
            var next = launched
            if case .relaunch = verdict { next = landed + 1 }
            self = .pages(item: item, walk, landed: landed + 1, launched: next)
            return verdict
        }
    }

    /// The records there are in all, as far as the answers said.
    var total: Int? {
        if case .pages(_, let walk, _, _) = self { walk.total } else { nil }
    }
}
