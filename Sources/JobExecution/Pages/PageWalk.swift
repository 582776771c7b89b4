package import JSONBytes
package import JobSpec
package import Secrets

/// Walks the pages of one item: a pure machine that says which page may be asked for and what a page that arrived means.
///
/// Pages are launched in order and land in order; where the total is known several may be under way.
package struct PageWalk: Sendable {
    /// What a landed page means for the walk.
    package enum Verdict: Hashable, Sendable {
        /// The page belongs to the result; there may be more.
        case more
        /// The page belongs to the result and is the last one.
        case end
        /// The page belongs to the result, but pages under way were asked for at the wrong place: drop them.
        case relaunch(reason: String)
        /// The walk can't go on; the page does not belong to the result.
        case fail(WalkProblem)
    }

    private var rule: PageRule
    private let maxPages: Int
    private var launched = 0
    private var landed = 0
    private var hasEnded = false
    private var lastFingerprint: UInt64?

    /// - Parameter origin: the API's own, as ``WebURL/origin`` writes it: no page is asked for elsewhere.
    package init(_ paginator: Paginator, origin: String) {
        rule = PageRule(paginator.kind, origin: origin)
        maxPages = paginator.maxPages
    }

    /// Goes on with a walk that was interrupted.
    ///
    /// - Parameters:
    ///   - position: what ``position`` was after the last page that landed.
    ///   - landed: how many pages had landed.
    ///   - origin: as in ``init(_:origin:)``.
    /// - Returns: `nil` where `position` is not one of this paginator.
    package init?(_ paginator: Paginator, resumingAt position: JSONValue, landed: Int, origin: String) {
        self.init(paginator, origin: origin)
        guard rule.restore(position) else { return nil }
        self.landed = landed
        launched = landed
    }

    /// Where the walk stands after the pages that have landed, for ``init(_:resumingAt:landed:origin:)``. Null once it has
    /// ended.
    package var position: JSONValue { hasEnded ? .null : rule.position }

    /// How many records there are in all, as far as the answers said.
    package var total: Int? { rule.total }

    /// The next page that can be asked for now; nothing where an answer has to come first, or at the end.
    package mutating func launch() -> PageRequest? {
        guard !hasEnded, launched < maxPages, let request = rule.launch(inFlight: launched - landed) else { return nil }
        launched += 1
        return request
    }

    /// Judges the page that was launched first and has not landed yet.
    package mutating func land(_ page: PageFacts) -> Verdict {
        landed += 1
        if page.records > 0, page.fingerprint == lastFingerprint {
            hasEnded = true
            return .fail(.repeatedPage(number: landed))
        }
        lastFingerprint = page.fingerprint
        let verdict = rule.land(page)
        switch verdict {
        case .end, .fail:
            hasEnded = true
            return verdict
        case .relaunch, .more:
            if landed >= maxPages {
                hasEnded = true
                return .fail(.tooManyPages(maxPages))
            }
            if case .relaunch = verdict { launched = landed }
            return verdict
        }
    }
}

/// Why a walk can't go on.
package enum WalkProblem: Error, Hashable, Sendable {
    case repeatedPage(number: Int)
    case repeatedCursor(String)
    case tooManyPages(Int)
    case foreignOrigin(String)
    case badLink(String)
    /// The value at a path is not what it should be.
    case badValue(path: String, expected: String, found: String)
    /// The server says that there is more, but sends no records.
    case emptyPageBeforeTotal(received: Int, total: Int)
    case query(String)

    /// What went wrong, as one sentence.
    ///
    /// - Parameter redactor: masks what the server may have put into a cursor or a link.
    package func message(_ redactor: Redactor) -> String {
        switch self {
        case .repeatedPage(let number): "page \(number) repeats the page before it, record by record"
        case .repeatedCursor(let cursor):
            "the cursor `\(Self.shown(cursor, 80, redactor))` came back: the pages go round in a circle"
        case .tooManyPages(let limit): "there are more than \(limit) pages"
        case .foreignOrigin(let url):
            "the next page's link leads to another origin: \(Self.shown(url, 200, redactor))"
        case .badLink(let link): "the next page's link is not a URL: `\(Self.shown(link, 200, redactor))`"
        case .badValue(let path, let expected, let found): "`\(path)` is \(found), not \(expected)"
        case .emptyPageBeforeTotal(let received, let total):
            "a page came empty after \(received) of \(total) records"
        case .query(let message): message
        }
    }

    private static func shown(_ text: String, _ limit: Int, _ redactor: Redactor) -> String {
        ServerText(redactor: redactor).clean(text, limit: limit) ?? ""
    }

    /// What to do about it.
    package var help: String {
        switch self {
        case .repeatedPage: "the server ignores the paginator's parameters: check their names with its documentation"
        case .repeatedCursor: "check `cursor_path`: it should select the next page's cursor, not this page's"
        case .tooManyPages: "raise `max_pages` if that many are expected"
        case .foreignOrigin: "a token never leaves its origin; ask the API's owner why its links do"
        case .badLink, .badValue: "check the path in the paginator against a real answer"
        case .emptyPageBeforeTotal: "the data changed while it was read, or `total_path` counts something else"
        case .query: "simplify the path"
        }
    }
}
