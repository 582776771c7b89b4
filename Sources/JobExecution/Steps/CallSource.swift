import JSONBytes
import JobSpec

/// Where a step's calls come from, in order: pages of one item, or items of one page each.
enum CallSource: Sendable {
    /// What the source asks for next.
    struct Request: Sendable {
        let items: CallItems
        let page: Int
        let pageRequest: PageRequest
    }

    case pages(CallItems, PageWalk, launched: Int, landed: Int)
    case items(ItemFeed)

    /// The pages of one item, from `page` on.
    static func pages(_ items: CallItems, _ walk: PageWalk, from page: Int = 0) -> CallSource {
        .pages(items, walk, launched: page, landed: page)
    }

    /// The next call that can be launched now.
    mutating func launch() throws(InputError) -> Request? {
        switch self {
        case .pages(let items, var walk, let launched, let landed):
            let request = walk.launch()
            self = .pages(items, walk, launched: request == nil ? launched : launched + 1, landed: landed)
            return request.map { Request(items: items, page: launched, pageRequest: $0) }
        case .items(var feed):
            defer { self = .items(feed) }
            return try feed.next().map { Request(items: $0, page: 0, pageRequest: .plain) }
        }
    }

    /// Judges the answer to the oldest call under way.
    mutating func land(_ facts: PageFacts) -> PageWalk.Verdict {
        switch self {
        case .items: return .more
        case .pages(let items, var walk, let launched, let landed):
            let verdict = walk.land(facts)
            let isRelaunch = if case .relaunch = verdict { true } else { false }
            self = .pages(items, walk, launched: isRelaunch ? landed + 1 : launched, landed: landed + 1)
            return verdict
        }
    }

    /// The records there are in all, as far as the answers said.
    var total: Int? {
        switch self {
        case .pages(_, let walk, _, _): walk.total
        case .items(let feed): feed.total
        }
    }

    /// Where a resume would go on; null where the item is done.
    var position: JSONValue {
        if case .pages(_, let walk, _, _) = self { walk.position } else { .null }
    }
}
