import Diagnostics
import YAMLReader

/// Reads `for_each`.
struct ForEachDecoder {
    static let sources = ["csv", "ndjson", "step"]

    let problems: Problems

    /// What the step is repeated over; no items where it was refused, so that `item` is still a known name.
    func decode(_ node: YAMLNode) -> ForEach {
        let refused = ForEach.items([], span: node.span)
        switch node.content {
        case .sequence(let elements):
            if elements.isEmpty {
                problems.warning(
                    "empty-for-each",
                    "`for_each` has no items: the step makes no call",
                    at: node.span,
                    help: "list items, or leave the step out with `if: false`"
                )
            }
            return .items(elements.map { TemplateValue($0, report: problems.report) }, span: node.span)
        case .scalar(let scalar):
            let template = TemplateString(scalar.text, node: node, report: problems.report)
            if template.isBroken { return refused }
            guard template.loneExpression != nil else {
                problems.error(
                    "wrong-type",
                    "`for_each` is a list, not \(node.kindName)",
                    at: node.span,
                    help: scalar.text.contains("${{")
                        ? "write one expression alone: `for_each: ${{ vars.NAME }}`"
                        : "write `for_each: [\(scalar.text)]`, or one expression that yields a list"
                )
                return refused
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
                return refused
            }
            problems.error(
                "wrong-type",
                "`for_each` is a list of items, not a mapping",
                at: node.span.firstLine,
                help: "write `for_each: [a, b]`"
            )
            return refused
        }
    }
}
