import Diagnostics
import YAMLReader

/// Reads `for_each`.
struct ForEachDecoder {
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
        case .scalar(let scalar): return template(scalar, node) ?? refused
        case .mapping: return BulkInputDecoder(problems: problems).decode(node) ?? refused
        }
    }

    private func template(_ scalar: YAMLScalar, _ node: YAMLNode) -> ForEach? {
        let template = TemplateString(scalar.text, node: node, report: problems.report)
        if template.isBroken { return nil }
        guard template.loneExpression != nil else {
            problems.error(
                "wrong-type",
                "`for_each` is a list, not \(node.kindName)",
                at: node.span,
                help: scalar.text.contains(utf8: "${{")
                    ? "write one expression alone: `for_each: ${{ vars.NAME }}`" : Self.advice(for: scalar.text)
            )
            return nil
        }
        return .template(template)
    }

    private static func advice(for text: String) -> String {
        if text.hasSuffix(".csv") { return "write `for_each: { csv: \(text) }`" }
        if text.hasSuffix(".ndjson") || text.hasSuffix(".jsonl") { return "write `for_each: { ndjson: \(text) }`" }
        return "write `for_each: [\(text)]`, or one expression that yields a list"
    }
}
