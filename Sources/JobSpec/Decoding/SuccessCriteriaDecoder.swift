import Diagnostics
import YAMLReader

/// Reads `success_criteria`: a list of `{ status: … }` and `{ jsonpath: … }`.
struct SuccessCriteriaDecoder {
    static let keys = ["status", "jsonpath"]

    let problems: Problems

    func decode(_ node: YAMLNode) -> [SuccessCriterion] {
        let elements = if case .sequence(let elements) = node.content { elements } else { [node] }
        return elements.flatMap { element -> [SuccessCriterion] in
            guard
                let fields = Fields(
                    element,
                    what: "a success criterion",
                    keys: Self.keys,
                    problems: problems,
                    aliases: [
                        "condition": .use("status", "write `status: [200]` or `jsonpath: $…`"),
                        "status_code": .means("status"),
                    ],
                    example: "{ status: [200, 201] }"
                )
            else { return [] }
            var criteria: [SuccessCriterion] = []
            if let nodes = fields.list("status") {
                if nodes.isEmpty {
                    problems.error(
                        "out-of-range",
                        "no status would count as success",
                        at: fields["status"]?.span,
                        help: "write `status: [200, 201]`"
                    )
                }
                criteria.append(.status(StatusCodes.decode(nodes, problems: problems)))
            }
            if let path = fields.jsonPath("jsonpath") { criteria.append(.jsonPath(path)) }
            if criteria.isEmpty, fields["status"] == nil, fields["jsonpath"] == nil {
                fields.missing("status", help: "write `status: [200, 201]` or `jsonpath: $.code`")
            }
            return criteria
        }
    }
}
