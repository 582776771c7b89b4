/// Why a text is not a JSONPath query (RFC 9535), or why its evaluation was given up.
package struct JSONPathError: Error, Hashable, CustomStringConvertible {
    /// The place in the query, in bytes of UTF-8 from its start.
    package let offset: Int
    /// What is wrong, in plain English.
    package let message: String

    /// Places a message.
    package init(offset: Int, message: String) {
        self.offset = offset
        self.message = message
    }

    /// One line with the place and the message.
    package var description: String { "JSONPath, byte \(offset): \(message)" }
}
