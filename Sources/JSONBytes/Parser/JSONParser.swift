/// Reads one JSON text into a tree, strictly by RFC 8259.
///
/// Invalid UTF-8, unescaped control characters, a byte order mark and anything after the value are errors. Lone
/// surrogates in `\u` escapes are kept: the grammar allows them.
package enum JSONParser {
    /// Reads one JSON text. Throws where the bytes are not one, or not within the limits.
    package static func parse(
        _ bytes: UnsafeRawBufferPointer,
        limits: JSONLimits = .standard
    ) throws(JSONError) -> JSONValue {
        guard bytes.count <= limits.maxBytes else {
            throw JSONError(offset: limits.maxBytes, reason: .tooLarge(limit: limits.maxBytes))
        }
        var reader = JSONReader(bytes: bytes, maxDepth: limits.maxDepth)
        return try reader.readDocument()
    }

    /// Reads one JSON text. Throws where the bytes are not one, or not within the limits.
    package static func parse(
        _ bytes: [UInt8],
        limits: JSONLimits = .standard
    ) throws(JSONError) -> JSONValue {
        // A closure's result carries the error, since `withUnsafeBytes` does not pass typed errors on.
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(JSONError) in try parse(buffer, limits: limits) }
        }
        return try result.get()
    }

    /// Reads one JSON text. Throws where it is not one, or not within the limits.
    package static func parse(
        _ text: String,
        limits: JSONLimits = .standard
    ) throws(JSONError) -> JSONValue {
        try parse(Array(text.utf8), limits: limits)
    }
}
