import JSONBytes

/// An answer as a client sees it.
struct Reply {
    var status: Int
    /// By lower-case name.
    var headers: [String: String]
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON; throws if it is none.
    func json() throws -> JSONValue {
        try JSONParser.parse(body)
    }
}
