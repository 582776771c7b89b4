import NIOHTTP1

/// One HTTP request, whole.
struct SandboxRequest: Sendable {
    let method: HTTPMethod
    let headers: HTTPHeaders
    /// The path as it was sent, without the query.
    let path: String
    /// The decoded query fields, in their order; nil if they are not well encoded.
    let query: [FormURLEncoding.Field]?
    var body: [UInt8]

    /// Takes a request line and headers apart.
    init(head: HTTPRequestHead, body: [UInt8]) {
        method = head.method
        headers = head.headers
        let uri = head.uri
        let mark = uri.firstIndex(of: "?")
        path = String(uri[..<(mark ?? uri.endIndex)])
        query = FormURLEncoding.fields(mark.map { uri[uri.index(after: $0)...].utf8 } ?? uri[uri.endIndex...].utf8)
        self.body = body
    }

    /// The value of a header; the first one's if there are several.
    func header(_ name: String) -> String? {
        headers.first(name: name)
    }

    /// The type of the body, without parameters, in lower case.
    var mediaType: String? {
        header("Content-Type").map { value in
            let type = value.prefix { $0 != ";" }
            return String(type.prefix { $0 != " " }).lowercased()
        }
    }

    /// The token of an `Authorization: Bearer` header (RFC 6750 section 2.1).
    var bearerToken: String? {
        guard let value = header("Authorization") else { return nil }
        let parts = value.split(separator: " ")
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}
