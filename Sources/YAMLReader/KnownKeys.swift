import Diagnostics

/// Finds a key among the entries of a mapping that have been read so far. Most mappings have a handful: those are
/// compared one by one, which is cheaper than a table of their hashes.
struct KnownKeys {
    private static let fewKeys = 16

    private var places: [String: Int] = [:]

    /// Where the key was used before among `entries`, which only grow from call to call.
    mutating func firstUse(of key: String, in entries: UnsafeBufferPointer<YAMLEntry>) -> SourceSpan? {
        if entries.count <= Self.fewKeys {
            for index in entries.indices where entries[index].key.isScalar(key) { return entries[index].key.site }
            return nil
        }
        for index in places.count..<entries.count {
            if case .scalar(let scalar) = entries[index].key.content { places[scalar.text] = index }
        }
        return places[key].map { entries[$0].key.site }
    }
}

extension YAMLNode {
    /// Where the node is used: at its alias, if it has one.
    var site: SourceSpan { aliasSpan ?? span }

    /// The offset at which ``site`` ends.
    var siteEnd: Int { site.byteRange.upperBound }

    /// Whether the node is a scalar of this text.
    func isScalar(_ text: String) -> Bool {
        if case .scalar(let scalar) = content { scalar.text == text } else { false }
    }
}
