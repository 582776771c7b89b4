import JSONBytes
import JobSpec

/// Pages by offset. With a total, pages are asked for ahead of their turn; a clamped limit is noticed and adapted to.
struct OffsetRule: Sendable {
    private let pages: OffsetPages
    /// Where the next page to be launched begins.
    private var next: Int
    /// Where the next page to land begins.
    private var expected: Int
    /// What one page really brings: the limit, until the server clamps it.
    private var stride: Int
    private(set) var total: Int?
    private var received = 0
    /// What is to be said of a page that came short, once it turns out that it was not the last one.
    private var notice: String?

    init(_ pages: OffsetPages) {
        self.pages = pages
        next = pages.initialOffset
        expected = pages.initialOffset
        stride = pages.limit
    }

    var position: JSONValue {
        [
            "offset": .number(expected), "stride": .number(stride), "received": .number(received),
            "total": total.map { .number($0) } ?? .null,
        ]
    }

    mutating func restore(_ position: JSONValue) -> Bool {
        guard let offset = position["offset"]?.intValue, let stride = position["stride"]?.intValue, stride > 0,
            offset >= 0
        else { return false }
        next = offset
        expected = offset
        self.stride = stride
        received = position["received"]?.intValue ?? 0
        total = position["total"]?.intValue
        return true
    }

    mutating func launch(inFlight: Int) -> PageRequest? {
        // Without a total the answer decides whether there is another page.
        guard inFlight == 0 || (total.map { next < $0 } ?? false) else { return nil }
        defer { next = next.saturatingSum(stride) }
        return .params([
            .init(pages.limitParam, String(pages.limit)), .init(pages.offsetParam, String(next)),
        ])
    }

    mutating func land(_ page: PageFacts) -> PageWalk.Verdict {
        received += page.records
        let begin = expected
        expected = begin.saturatingSum(page.records)
        if let path = pages.totalPath {
            do throws(WalkProblem) {
                total = try PageValue.count(path, in: page)
            } catch {
                return .fail(error)
            }
        }
        if page.records == 0 {
            guard let total, begin < total else { return .end }
            return .fail(.emptyPageBeforeTotal(received: received, total: total))
        }
        if let total {
            if expected >= total { return .end }
        } else if page.records < pages.limit, pages.stopOnShortPage {
            return .end
        }
        let due = notice
        notice = nil
        guard page.records != stride else { return due.map { .relaunch(reason: $0) } ?? .more }
        // Fewer, or more, than asked for although there are others to come: the server has its own idea of the limit.
        let reason = "the server sends \(page.records) records a page although \(pages.limit) were asked for"
        let isShort = page.records < stride
        stride = page.records
        next = expected
        // Without a total a short page may just be the last one; and no other page is under way.
        guard total == nil, isShort else { return .relaunch(reason: reason) }
        notice = reason
        return due.map { .relaunch(reason: $0) } ?? .more
    }
}

extension Int {
    /// The sum, or the largest number where it would be beyond it: a job may begin at any offset.
    func saturatingSum(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
