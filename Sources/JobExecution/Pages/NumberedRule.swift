import JSONBytes
import JobSpec

/// Pages by number. With a total of pages, they are asked for ahead of their turn.
struct NumberedRule: Sendable {
    private let pages: NumberedPages
    private var next: Int
    private var landed = 0
    private var totalPages: Int?

    init(_ pages: NumberedPages) {
        self.pages = pages
        next = pages.initialPage
    }

    var position: JSONValue {
        ["landed": .number(landed), "total_pages": totalPages.map { .number($0) } ?? .null]
    }

    mutating func restore(_ position: JSONValue) -> Bool {
        guard let landed = position["landed"]?.intValue, landed >= 0 else { return false }
        self.landed = landed
        next = pages.initialPage + landed
        totalPages = position["total_pages"]?.intValue
        return true
    }

    mutating func launch(inFlight: Int) -> PageRequest? {
        let isKnown = totalPages.map { next - pages.initialPage < $0 } ?? false
        guard inFlight == 0 || isKnown else { return nil }
        defer { next = next.saturatingSum(1) }
        return .params([.init(pages.pageParam, String(next))])
    }

    mutating func land(_ page: PageFacts) -> PageWalk.Verdict {
        landed += 1
        if let path = pages.totalPath {
            do throws(WalkProblem) {
                totalPages = try PageValue.count(path, in: page)
            } catch {
                return .fail(error)
            }
        }
        if let totalPages { return landed >= totalPages ? .end : .more }
        return page.records == 0 ? .end : .more
    }
}
