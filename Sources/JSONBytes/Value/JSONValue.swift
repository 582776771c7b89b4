/// A JSON value as it was written: member order, duplicate members, number lexemes and string escapes are all kept.
///
/// Equality and hashing follow the written form, so `1` and `1.0` differ here, as do `"a"` and `"\u0061"`.
/// ``isEquivalent(to:)`` compares the meaning instead, as JSONPath does.
package indirect enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(JSONString)
    case array([JSONValue])
    case object([JSONMember])
}

/// One member of an object. An object may hold several of one name.
package struct JSONMember: Hashable, Sendable {
    /// The name, with the escapes that it came with.
    package let name: JSONString
    /// The value.
    package let value: JSONValue

    /// Pairs a name with its value.
    package init(name: JSONString, value: JSONValue) {
        self.name = name
        self.value = value
    }

    /// Pairs a name, given as plain text, with its value.
    package init(_ name: String, _ value: JSONValue) {
        self.init(name: JSONString(name), value: value)
    }
}

extension JSONValue {
    /// The string value of some plain text.
    package static func string(_ text: String) -> JSONValue { .string(JSONString(text)) }

    /// The number value of an integer.
    package static func number(_ integer: Int) -> JSONValue { .number(JSONNumber(integer)) }

    /// The value of the member called `name`; `nil` if there is none or if this is no object.
    ///
    /// Of several members of one name the last one counts, as most readers have it (RFC 8259, section 4).
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name.matches(name) }?.value
    }

    /// The element at `index`; `nil` if there is none or if this is no array.
    package subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The decoded text of a string; `nil` for any other type.
    package var text: String? {
        guard case .string(let string) = self else { return nil }
        return string.text
    }

    /// The value of a boolean; `nil` for any other type.
    package var boolValue: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The number; `nil` for any other type.
    package var number: JSONNumber? {
        guard case .number(let number) = self else { return nil }
        return number
    }

    /// The exact integer that a number stands for; `nil` for fractions, for what `Int` can't hold and for other types.
    package var intValue: Int? { number?.intValue }

    /// The elements of an array; `nil` for any other type.
    package var elements: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The members of an object in the order in which they came; `nil` for any other type.
    package var members: [JSONMember]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// The name of the type, as RFC 8259 calls it: `null`, `boolean`, `number`, `string`, `array` or `object`.
    package var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
