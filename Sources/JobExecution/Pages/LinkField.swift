/// The `Link` field of RFC 8288: `<https://…?page=2>; rel="next"`.
enum LinkField {
    /// The target of the first link with that relation, in any of the `Link` fields.
    static func target(of relation: String, in fields: HTTPFields) -> String? {
        for value in fields.values(of: "Link") {
            var rest = Substring(value)
            while let link = next(&rest) {
                // A link with an anchor is about another resource (section 3.2).
                guard !link.parameters.contains(where: { $0.name == "anchor" }) else { continue }
                let relations = link.parameters.first { $0.name == "rel" }?.value.split(separator: " ") ?? []
                if relations.contains(where: { $0.lowercased() == relation.lowercased() }) { return link.target }
            }
        }
        return nil
    }

    private struct Link {
        let target: String
        let parameters: [(name: String, value: String)]
    }

    /// Reads one link-value. What is malformed is passed over up to the next comma: it must not hide the link after it.
    private static func next(_ rest: inout Substring) -> Link? {
        skip(&rest)
        guard rest.first == "<", let close = rest.firstIndex(of: ">") else { return nil }
        let target = String(rest[rest.index(after: rest.startIndex)..<close])
        rest = rest[rest.index(after: close)...]
        var parameters: [(name: String, value: String)] = []
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" }
            guard rest.first == ";" else { break }
            rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
            let name = rest.prefix { !"=;, \t".contains($0) }
            rest = rest.dropFirst(name.count).drop { $0 == " " || $0 == "\t" }
            var value = ""
            if rest.first == "=" {
                rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
                value = rest.first == "\"" ? quoted(&rest) : token(&rest)
            }
            parameters.append((name.lowercased(), value))
        }
        return Link(target: target, parameters: parameters)
    }

    /// Goes on to where a link-value begins: after a comma that is not inside a quoted-string.
    private static func skip(_ rest: inout Substring) {
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
            guard let first = rest.first, first != "<" else { return }
            while let character = rest.first, character != "," {
                if character == "\"" { _ = quoted(&rest) } else { rest = rest.dropFirst() }
            }
        }
    }

    private static func token(_ rest: inout Substring) -> String {
        let token = rest.prefix { !";, \t".contains($0) }
        rest = rest.dropFirst(token.count)
        return String(token)
    }

    /// A quoted-string of RFC 9110 section 5.6.4.
    private static func quoted(_ rest: inout Substring) -> String {
        var value = ""
        rest = rest.dropFirst()
        while let character = rest.first {
            rest = rest.dropFirst()
            if character == "\"" { break }
            if character == "\\", let escaped = rest.first {
                value.append(escaped)
                rest = rest.dropFirst()
            } else {
                value.append(character)
            }
        }
        return value
    }
}
