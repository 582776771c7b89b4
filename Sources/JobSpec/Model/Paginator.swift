package import Diagnostics
package import JSONBytes

/// How the pages of an answer are walked. The names and meanings are those of dlt's REST source.
package struct Paginator: Sendable {
    package let kind: Kind
    /// The walk ends with an error after this many pages.
    package let maxPages: Int
    package let span: SourceSpan?

    /// The bound where a job sets none: at 300 records a page, thirty million.
    package static let defaultMaxPages = 100_000

    /// One answer is all there is.
    package static let singlePage = Paginator(kind: .singlePage, maxPages: 1, span: nil)

    package indirect enum Kind: Sendable {
        case offset(OffsetPages)
        case pageNumber(NumberedPages)
        case cursor(CursorPages)
        /// The answer names the next URL in its body.
        case jsonLink(nextURL: JSONPath)
        /// The answer names the next URL in a `Link` field (RFC 8288) of this relation.
        case headerLink(relation: String)
        case singlePage
    }

    /// The value of `type` in the job file.
    package var type: String {
        switch kind {
        case .offset: "offset"
        case .pageNumber: "page_number"
        case .cursor: "cursor"
        case .jsonLink: "json_link"
        case .headerLink: "header_link"
        case .singlePage: "single_page"
        }
    }
}

/// Pages by offset and limit.
package struct OffsetPages: Sendable {
    /// Records asked for in one call.
    package let limit: Int
    package let initialOffset: Int
    package let limitParam: String
    package let offsetParam: String
    /// Where the answer tells how many records there are in all.
    package let totalPath: JSONPath?
    /// A page with fewer records than asked for is the last one. Off where servers clamp limits.
    package let stopOnShortPage: Bool
}

/// Pages by number.
package struct NumberedPages: Sendable {
    package let initialPage: Int
    package let pageParam: String
    /// Where the answer tells how many pages there are in all.
    package let totalPath: JSONPath?
}

/// Pages by an opaque cursor.
package struct CursorPages: Sendable {
    package let cursorPath: JSONPath
    package let cursorParam: String
}
