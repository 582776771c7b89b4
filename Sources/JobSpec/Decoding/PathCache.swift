import JSONBytes

/// The JSONPath queries of one file, each parsed once: the steps of a long job mostly say the same.
final class PathCache {
    private var parsed: [String: JSONPath] = [:]

    /// The query of a text.
    ///
    /// - Throws: what is wrong with it.
    func path(_ text: String) throws(JSONPathError) -> JSONPath {
        // Texts with other characters may be equal to `String` and differ to JSON.
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return try JSONPath(text) }
        if let path = parsed[text] { return path }
        let path = try JSONPath(text)
        parsed[text] = path
        return path
    }
}
