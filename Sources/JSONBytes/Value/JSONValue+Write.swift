extension JSONValue {
    /// Appends this value as compact JSON. Numbers and strings are written as the lexemes that they came with.
    package func write(into output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let number): output.append(contentsOf: number.lexeme.utf8)
        case .string(let string): output.append(contentsOf: string.lexeme.utf8)
        case .array(let elements):
            output.append(Ascii.openBracket)
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(Ascii.comma) }
                element.write(into: &output)
            }
            output.append(Ascii.closeBracket)
        case .object(let members):
            output.append(Ascii.openBrace)
            for (index, member) in members.enumerated() {
                if index > 0 { output.append(Ascii.comma) }
                output.append(contentsOf: member.name.lexeme.utf8)
                output.append(Ascii.colon)
                member.value.write(into: &output)
            }
            output.append(Ascii.closeBrace)
        }
    }

    /// This value as compact JSON.
    package var jsonText: String {
        var bytes: [UInt8] = []
        write(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
