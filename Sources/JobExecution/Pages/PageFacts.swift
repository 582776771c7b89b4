package import JSONBytes

/// What a paginator needs to know of a page that has arrived.
package struct PageFacts: Sendable {
    package let records: Int
    /// The answer: whole, or without the elements of the selected array where it was streamed.
    package let document: JSONValue?
    package let fields: HTTPFields
    /// Where the answer came from, redirects followed.
    package let url: WebURL
    /// Equal for pages with equal records.
    package let fingerprint: UInt64

    package init(records: Int, document: JSONValue?, fields: HTTPFields, url: WebURL, fingerprint: UInt64) {
        self.records = records
        self.document = document
        self.fields = fields
        self.url = url
        self.fingerprint = fingerprint
    }
}
