import Diagnostics
import YAMLReader

/// Reads an environment's `operations`: what the API offers and which scopes each call asks for.
struct OperationsDecoder {
    static let keys = ["method", "path", "scopes", "paginator", "data_selector"]

    let problems: Problems

    func decode(_ node: YAMLNode) -> [Operation] {
        guard case .sequence(let elements) = node.content else {
            problems.error(
                "wrong-type",
                "`operations` is a list, not \(node.kindName)",
                at: node.span.firstLine,
                help: "write `- { method: GET, path: /v3/loans, scopes: [read:loans] }` lines"
            )
            return []
        }
        return elements.compactMap { element in
            guard
                let fields = Fields(
                    element,
                    what: "an operation",
                    keys: Self.keys,
                    problems: problems,
                    example: "{ method: GET, path: /v3/loans }"
                )
            else { return nil }
            guard let path = fields.string("path") else {
                if fields["path"] == nil { fields.missing("path", help: "write an OpenAPI path: `/v3/loans/{id}`") }
                return nil
            }
            guard path.value.hasPrefix("/") else {
                problems.error(
                    "relative-path",
                    "an operation's `path` begins with `/`",
                    at: path.span,
                    help: "write `/\(path.value)`"
                )
                return nil
            }
            guard let method = fields.choice("method", of: HTTPMethod.self) else {
                if fields["method"] == nil { fields.missing("method", help: "write `method: GET`") }
                return nil
            }
            let scopes = fields["scopes"].flatMap { ScopesDecoder(problems: problems).decode($0) }
            return Operation(
                method: method,
                path: path.value,
                requirement: scopes?.requirement ?? .anyToken,
                paginator: fields["paginator"].flatMap { PaginatorDecoder(problems: problems).decode($0) },
                dataSelector: fields.jsonPath("data_selector")
            )
        }
    }
}
