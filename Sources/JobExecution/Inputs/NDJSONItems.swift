import Diagnostics
package import JSONBytes

/// The values of an NDJSON file as items, one line each and in order; memory is bounded by the longest line.
///
/// Blank lines are skipped, a byte order mark too. The last line needs no line end.
///
/// A line that is refused is not stepped over: asking again gives the same error.
package struct NDJSONItems: ~Copyable, Sendable {
    /// The line of the item given last, from 1; 0 before the first.
    package private(set) var line = 0

    private var window: InputWindow
    private var nextLine = 1
    private let field: String?
    private let limits: InputLimits
    private let jsonLimits: JSONLimits

    /// Opens the file.
    ///
    /// - Parameter field: the member of each line's object that is the item, as with a file of rejected items; without
    ///   it, the item is all that is on the line.
    /// - Throws: where the file can't be opened.
    package init(path: String, field: String? = nil, limits: InputLimits = .standard) throws(InputError) {
        window = try InputWindow(path: path, chunkBytes: limits.chunkBytes)
        self.field = field
        self.limits = limits
        jsonLimits = JSONLimits(maxBytes: limits.maxRowBytes)
    }

    /// The item on the next line that is not blank; `nil` at the end of the file.
    ///
    /// - Throws: where the line is no JSON, is too long, or has no member `field`.
    package mutating func next() throws(InputError) -> JSONValue? {
        while let (length, lineEnd) = try findLine() {
            let result: Result<JSONValue, JSONError>? = window.withBytes { [jsonLimits] bytes in
                let text = UnsafeBufferPointer(rebasing: bytes[..<length])
                if text.allSatisfy(Self.isWhitespace) { return nil }
                return Result { () throws(JSONError) in
                    try JSONParser.parse(UnsafeRawBufferPointer(text), limits: jsonLimits)
                }
            }
            let item: JSONValue?
            do throws(JSONError) {
                item = try result?.get()
            } catch {
                throw notJSON(error)
            }
            let picked = try item.map { value throws(InputError) in try pick(value) }
            window.skip(length + lineEnd)
            nextLine += 1
            if let picked {
                line = nextLine - 1
                return picked
            }
        }
        return nil
    }

    /// The length of the next line and of its line end, in bytes; `nil` at the end of the file.
    private mutating func findLine() throws(InputError) -> (length: Int, lineEnd: Int)? {
        var searched = 0
        while true {
            let start = searched
            if let length = window.withBytes({ $0[start...].firstIndex(of: UInt8(ascii: "\n")) }) {
                if length > limits.maxRowBytes { break }
                return (length, 1)
            }
            searched = window.count
            if searched > limits.maxRowBytes { break }
            if window.isAtEnd { return searched == 0 ? nil : (searched, 0) }
            try window.refill()
        }
        throw error("the line is longer than \(limits.maxRowBytes) bytes", help: "is this an NDJSON file?")
    }

    private func pick(_ value: JSONValue) throws(InputError) -> JSONValue {
        guard let field else { return value }
        guard let members = value.members else {
            throw error("the line holds JSON of the type \(value.typeName), not an object with a member `\(field)`")
        }
        guard let item = value[field] else {
            throw error(
                "the object has no member `\(field)`",
                help: Suggestion.closest(to: field, in: members.map(\.name.text)).map {
                    "did you mean \(InputText.name($0))?"
                }
            )
        }
        return item
    }

    private func notJSON(_ error: JSONError) -> InputError {
        let column = window.withBytes { TextPosition.of(error.offset, in: $0).column }
        return self.error(
            "the line is not JSON: \(error.reason)",
            column: column,
            help: "each line must hold one JSON value, and all of it"
        )
    }

    private func error(_ message: String, column: Int? = nil, help: String? = nil) -> InputError {
        InputError(path: window.path, line: nextLine, column: column, message: message, help: help)
    }

    /// White space as RFC 8259, section 2 has it.
    private static func isWhitespace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}
