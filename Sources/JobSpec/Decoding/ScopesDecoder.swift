import Diagnostics
import YAMLReader

/// Reads `scopes`: a list (all of them), or `any_of` with a list of lists.
struct ScopesDecoder {
    static let keys = ["any_of"]

    let problems: Problems

    func decode(_ node: YAMLNode) -> DeclaredScopes? {
        var places: [Located<Scope>] = []
        switch node.content {
        case .scalar(let scalar):
            problems.error(
                "wrong-type",
                "`scopes` is a list, not \(node.kindName)",
                at: node.span,
                help: "write `scopes: [\(scalar.text.split { $0 == " " || $0 == "," }.joined(separator: ", "))]`"
            )
            return nil
        case .sequence(let elements):
            let all = alternative(elements, &places)
            return DeclaredScopes(
                requirement: ScopeRequirement(alternatives: [all]),
                span: node.span,
                places: places
            )
        case .mapping:
            let example = "{ any_of: [[read:loans], [admin]] }"
            guard
                let fields = Fields(node, what: "`scopes`", keys: Self.keys, problems: problems, example: example)
            else { return nil }
            guard let alternatives = fields.list("any_of"), !alternatives.isEmpty else {
                if fields["any_of"] == nil {
                    fields.missing("any_of", help: "write `\(example)`, or a list of scopes that are all needed")
                } else {
                    problems.error(
                        "no-alternatives",
                        "`any_of` lists no alternative",
                        at: fields.keySpan("any_of"),
                        help: "leave `scopes` out, or write `scopes: []` for a call that any valid token may make"
                    )
                }
                return nil
            }
            let sets = alternatives.map { alternative in
                if case .sequence(let elements) = alternative.content { return self.alternative(elements, &places) }
                return self.alternative([alternative], &places)
            }
            return DeclaredScopes(
                requirement: ScopeRequirement(alternatives: sets),
                span: node.span,
                places: places
            )
        }
    }

    private func alternative(_ elements: [YAMLNode], _ places: inout [Located<Scope>]) -> Set<Scope> {
        var set: Set<Scope> = []
        for element in elements {
            guard element.scalar != nil, let scope = Scope(element.text) else {
                problems.error(
                    "bad-scope",
                    "\(element.shown) is not a scope",
                    at: element.span.firstLine,
                    help: Self.advice(for: element)
                )
                continue
            }
            if !set.insert(scope).inserted {
                problems.warning(
                    "repeated-scope",
                    "`\(scope)` is listed twice",
                    at: element.span,
                    help: "leave one out"
                )
            }
            places.append(Located(scope, at: element.span))
        }
        return set
    }

    private static func advice(for element: YAMLNode) -> String {
        // `[read: loans]` is a mapping in a list.
        if case .mapping(let entries) = element.content, entries.count == 1, entries[0].value.scalar != nil {
            return "leave out the space: `\(entries[0].key.text):\(entries[0].value.text)`"
        }
        let words = element.text.split { $0 == " " || $0 == "," }
        if words.count > 1 { return "write each scope as an element of its own: `[\(words.joined(separator: ", "))]`" }
        return "a scope is one word, such as `read:loans` (RFC 6749 section 3.3)"
    }
}
