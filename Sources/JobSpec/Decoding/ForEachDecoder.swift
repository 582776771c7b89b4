import Diagnostics
import YAMLReader

/// Reads `for_each`.
struct ForEachDecoder {
    private static let sources = ["csv", "ndjson", "step"]

    let problems: Problems

    func decode(_ node: YAMLNode) -> ForEach? {
        switch node.content {
        case .sequence(let elements):
            if elements.isEmpty {
                problems.warning("empty-for-each", "`for_each` has no items: the step makes no call", at: node.span)
            }
            return .items(elements.map { TemplateValue($0, report: problems.report) }, span: node.span)
        case .scalar(let scalar):
            let template = TemplateString(scalar.text, node: node, report: problems.report)
            guard template.loneExpression != nil else {
                problems.error(
                    "wrong-type",
                    "`for_each` is a list, not \(node.kindName)",
                    at: node.span,
                    help: "write `for_each: [\(scalar.text)]`, or one expression that yields a list"
                )
                return nil
            }
            return .template(template)
        case .mapping(let entries):
            for entry in entries where Self.sources.contains(entry.key.text) {
                problems.error(
                    "not-supported-yet",
                    "`for_each: { \(entry.key.text): … }` is not supported yet",
                    at: entry.key.span,
                    label: "bulk input comes with durable writes",
                    help: "list the items in the job file: `for_each: [a, b]`"
                )
                return nil
            }
            problems.error(
                "wrong-type",
                "`for_each` is a list of items, not a mapping",
                at: node.span.firstLine,
                help: "write `for_each: [a, b]`"
            )
            return nil
        }
    }
}
