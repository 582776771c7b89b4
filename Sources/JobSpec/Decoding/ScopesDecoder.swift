import Diagnostics
import YAMLReader

/// Reads `scopes`: a list (all of them), or `any_of` with a list of lists.
struct ScopesDecoder {
    let problems: Problems

    func decode(_ node: YAMLNode) -> DeclaredScopes? {
        var places: [Located<Scope>] = []
        switch node.content {
        case .scalar(let scalar):
            problems.error(
                "wrong-type",
                "`scopes` is a list, not \(node.kindName)",
                at: node.span,
                help: "write `scopes: [\(scalar.text.split(separator: " ").joined(separator: ", "))]`"
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
            guard let fields = Fields(node, what: "`scopes`", keys: ["any_of"], problems: problems),
                let alternatives = fields.list("any_of")
            else { return nil }
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
                    "`\(element.text)` is not a scope",
                    at: element.span,
                    help: element.text.contains(" ")
                        ? "write each scope as an element of its own: `[\(element.text.split(separator: " ").joined(separator: ", "))]`"
                        : "a scope is one word, such as `read:loans` (RFC 6749 section 3.3)"
                )
                continue
            }
            if !set.insert(scope).inserted {
                problems.warning("repeated-scope", "`\(scope)` is listed twice", at: element.span)
            }
            places.append(Located(scope, at: element.span))
        }
        return set
    }
}
