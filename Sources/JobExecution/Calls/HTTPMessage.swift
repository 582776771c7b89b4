/// A header field of HTTP. The name keeps its spelling; look-ups ignore case (RFC 9110 section 5.1).
package struct HTTPField: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// Header fields in the order sent, duplicates kept.
package struct HTTPFields: Hashable, Sendable, ExpressibleByArrayLiteral {
    package private(set) var all: [HTTPField]

    package init(_ all: [HTTPField] = []) { self.all = all }
    package init(arrayLiteral elements: HTTPField...) { self.all = elements }

    /// The first value of a field, or nothing where the field is absent.
    package subscript(name: String) -> String? {
        all.first { Self.sameName($0.name, name) }?.value
    }

    /// Every value of a field, in order.
    package func values(of name: String) -> [String] {
        all.filter { Self.sameName($0.name, name) }.map(\.value)
    }

    /// Replaces every field of that name by one.
    package mutating func set(_ name: String, _ value: String) {
        remove(name)
        all.append(HTTPField(name, value))
    }

    /// Adds a field, keeping those of the same name.
    package mutating func add(_ name: String, _ value: String) {
        all.append(HTTPField(name, value))
    }

    package mutating func remove(_ name: String) {
        all.removeAll { Self.sameName($0.name, name) }
    }

    /// Field names are ASCII and case-insensitive (RFC 9110 section 5.1).
    package static func sameName(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count
            && zip(left.utf8, right.utf8).allSatisfy { ASCII.lowercased($0) == ASCII.lowercased($1) }
    }
}

/// The few ASCII rules that HTTP needs.
enum ASCII {
    static func lowercased(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }
}

/// One request as it goes on the wire. `url` is absolute and already percent-encoded.
package struct HTTPRequest: Hashable, Sendable {
    package var method: String
    package var url: String
    package var fields: HTTPFields
    package var body: [UInt8]?

    package init(method: String, url: String, fields: HTTPFields = [], body: [UInt8]? = nil) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
    }
}

/// Status and header fields of a response (RFC 9110 section 6).
package struct HTTPResponseHead: Hashable, Sendable {
    package let status: Int
    package let fields: HTTPFields

    package init(status: Int, fields: HTTPFields = []) {
        self.status = status
        self.fields = fields
    }
}
