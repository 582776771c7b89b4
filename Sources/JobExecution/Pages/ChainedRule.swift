import JSONBytes
import JobSpec

/// Pages of which each names the next one: by cursor, by a link in the body, by a `Link` field.
struct ChainedRule: Sendable {
    enum Source: Sendable {
        case cursor(CursorPages)
        case jsonLink(JSONPath)
        case headerLink(String)
    }

    /// Cursors seen are remembered to notice circles; the memory for that is bounded, `max_pages` bounds the rest.
    private static let remembered = 1_000_000

    private let source: Source
    private let origin: String
    private var pending: PageRequest? = .plain
    /// The page after the last one that landed, launched or not.
    private var upcoming: PageRequest?
    /// Digests, as a server may send cursors of any length.
    private var seen: Set<UInt64> = []

    /// - Parameter origin: the only one that links may lead to.
    init(_ source: Source, origin: String) {
        self.source = source
        self.origin = origin
    }

    var position: JSONValue {
        switch upcoming {
        case .params(let params): ["cursor": .string(params.first?.value ?? "")]
        case .url(let url): ["url": .string(url.description)]
        case .plain, nil: .null
        }
    }

    /// A link is taken up only where it still leads to the API's own origin.
    mutating func restore(_ position: JSONValue) -> Bool {
        if case .cursor(let pages) = source, let cursor = position["cursor"]?.text {
            pending = .params([.init(pages.cursorParam, cursor)])
        } else if let url = position["url"]?.text.flatMap({ WebURL($0) }), url.origin == origin {
            pending = .url(url)
        } else {
            return false
        }
        upcoming = pending
        return true
    }

    mutating func launch() -> PageRequest? {
        defer { pending = nil }
        return pending
    }

    mutating func land(_ page: PageFacts) -> PageWalk.Verdict {
        do throws(WalkProblem) {
            guard let next = try next(after: page) else { return .end }
            let key = Self.key(next)
            var text = key
            let digest = text.withUTF8 { bytes in
                var fingerprint = PageFingerprint()
                fingerprint.add(UnsafeRawBufferPointer(bytes))
                return fingerprint.value
            }
            guard !seen.contains(digest) else { return .fail(.repeatedCursor(key)) }
            if seen.count < Self.remembered { seen.insert(digest) }
            pending = next
            upcoming = next
            return .more
        } catch {
            return .fail(error)
        }
    }

    private func next(after page: PageFacts) throws(WalkProblem) -> PageRequest? {
        switch source {
        case .cursor(let pages):
            guard let value = try PageValue.first(pages.cursorPath, in: page) else { return nil }
            let cursor = value.text ?? value.number?.lexeme
            guard let cursor else {
                // `false` is how some servers say that there is nothing more.
                if value.boolValue == false { return nil }
                throw .badValue(path: pages.cursorPath.source, expected: "a cursor", found: value.typeName)
            }
            return cursor.isEmpty ? nil : .params([.init(pages.cursorParam, cursor)])
        case .jsonLink(let path):
            guard let value = try PageValue.first(path, in: page) else { return nil }
            guard let link = value.text else {
                throw .badValue(path: path.source, expected: "a link", found: value.typeName)
            }
            return link.isEmpty ? nil : try follow(link, from: page.url)
        case .headerLink(let relation):
            guard let link = LinkField.target(of: relation, in: page.fields) else { return nil }
            return try follow(link, from: page.url)
        }
    }

    private func follow(_ link: String, from url: WebURL) throws(WalkProblem) -> PageRequest {
        guard let next = url.resolve(link) else { throw .badLink(link) }
        // Not the page's own origin: a redirect may have led away from the API, and what a job sends to the API with
        // every page must not follow.
        guard next.origin == origin else { throw .foreignOrigin(next.description) }
        return .url(next)
    }

    private static func key(_ request: PageRequest) -> String {
        switch request {
        case .plain: ""
        case .params(let params): params.first?.value ?? ""
        case .url(let url): url.description
        }
    }
}
