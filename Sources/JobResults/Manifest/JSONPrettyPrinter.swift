import JSONBytes

/// Writes JSON for people: two spaces a level, one member a line; arrays without objects or arrays in them stay on one
/// line, as does what is empty. Lexemes are kept.
enum JSONPrettyPrinter {
    /// The text, with a line feed at its end.
    static func text(_ value: JSONValue) -> String {
        var output = ""
        write(value, indent: "", into: &output)
        return output + "\n"
    }

    private static func write(_ value: JSONValue, indent: String, into output: inout String) {
        let deeper = indent + "  "
        switch value {
        case .object(let members) where !members.isEmpty:
            output += "{"
            for (index, member) in members.enumerated() {
                output += index == 0 ? "\n" : ",\n"
                output += "\(deeper)\(member.name.lexeme): "
                write(member.value, indent: deeper, into: &output)
            }
            output += "\n\(indent)}"
        case .array(let elements) where elements.contains(where: \.isContainer):
            output += "["
            for (index, element) in elements.enumerated() {
                output += index == 0 ? "\n" : ",\n"
                output += deeper
                write(element, indent: deeper, into: &output)
            }
            output += "\n\(indent)]"
        case .array(let elements):
            output += "[" + elements.map(\.jsonText).joined(separator: ", ") + "]"
        default:
            output += value.jsonText
        }
    }
}

extension JSONValue {
    fileprivate var isContainer: Bool {
        switch self {
        case .array, .object: true
        default: false
        }
    }
}
