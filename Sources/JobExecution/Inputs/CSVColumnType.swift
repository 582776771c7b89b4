package import JSONBytes

/// What the fields of a CSV column become.
package enum CSVColumnType: String, Hashable, Sendable, CaseIterable {
    /// A string with the field's text; so is every column that is given no type.
    case string
    /// A number with the field's text as its lexeme: `25.00` stays `25.00`.
    case number
    /// A number without fraction and exponent, likewise.
    case integer
    /// `true` or `false`, in lower case.
    case boolean
    /// Whatever the field's text is as JSON.
    case json

    /// The value that `text` stands for; `nil` if it stands for none of this type.
    package func value(of text: String) -> JSONValue? {
        switch self {
        case .string: .string(text)
        case .number: JSONNumber(lexeme: text).map(JSONValue.number)
        case .integer:
            text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || $0 &- UInt8(ascii: "0") < 10 }
                ? JSONNumber(lexeme: text).map(JSONValue.number) : nil
        case .boolean:
            switch text {
            case "true": .bool(true)
            case "false": .bool(false)
            default: nil
            }
        case .json: try? JSONParser.parse(text)
        }
    }

    /// Names the type after "not".
    var noun: String {
        switch self {
        case .string: "a string"
        case .number: "a number"
        case .integer: "an integer"
        case .boolean: "a boolean"
        case .json: "JSON"
        }
    }

    /// How `text`, which is no value of this type, could be put right, or the column, whose name comes in backticks.
    func help(for text: String, column: String) -> String {
        if text.isEmpty {
            return "fill it in, or take the type of \(column) away: its fields are strings then, and may be empty"
        }
        let example =
            switch self {
            case .string, .json: "JSON: text in quotes, numbers, `true`, `[…]`, `{…}`"
            case .number: "digits with a point alone: `1000`, `-3.50`; no `+`, spaces, group separators, leading zeros"
            case .integer: "digits alone: `1000`, `-3`; no `+`, spaces, point, group separators, leading zeros"
            case .boolean: "`true` or `false`"
            }
        return "write \(example); or take the type of \(column) away: its fields are strings then"
    }
}
