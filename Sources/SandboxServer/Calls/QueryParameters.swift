/// The query of a request, by name. An empty value counts as left out, as tools send it for a field not filled in.
struct QueryParameters: Sendable {
    private let values: [String: String]

    /// Throws if the query is not well encoded or says something twice.
    init(_ request: SandboxRequest) throws(BadRequest) {
        guard let fields = request.query else {
            throw BadRequest(field: "query", details: "the query of the URL is not well encoded")
        }
        var values: [String: String] = [:]
        for (name, value) in fields where !value.isEmpty {
            guard values.updateValue(value, forKey: name) == nil else {
                throw BadRequest(field: name, details: "the parameter is there twice")
            }
        }
        self.values = values
    }

    /// The value of a parameter; nil if it is left out.
    subscript(name: String) -> String? { values[name] }

    /// A parameter that is a number from 0 up. A number too large for the machine counts as the largest that is not.
    func count(_ name: String) throws(BadRequest) -> Int? {
        guard let text = values[name] else { return nil }
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            throw BadRequest(field: name, details: "'\(text)' is no number from 0 up")
        }
        return Int(text) ?? .max
    }
}
