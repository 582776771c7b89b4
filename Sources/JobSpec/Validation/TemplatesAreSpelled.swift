import Diagnostics

/// `${vars.x}` and `{{ vars.x }}` are templates of other tools; here they would be sent as they are.
struct TemplatesAreSpelled: JobValidator {
    /// How far from the opening braces the closing ones are looked for.
    private static let reach = 120

    func validate(_ job: Job, _ problems: Problems) {
        for template in job.vars.flatMap(\.value.strings) { check(template, problems) }
        for step in job.steps {
            for template in (step.forEach?.strings ?? []) + step.callStrings { check(template, problems) }
        }
    }

    private func check(_ template: TemplateString, _ problems: Problems) {
        let source = Substring(template.source)
        // Whoever writes the escape knows how templates are spelled.
        guard !template.isBroken, source.firstRange(ofUTF8: "$${{") == nil else { return }
        for (open, close) in [("${", "}"), ("{{", "}}")] {
            var rest = source
            while let start = rest.firstRange(ofUTF8: open) {
                rest = rest[start.upperBound...]
                let body = rest.prefix(Self.reach)
                guard let end = body.firstRange(ofUTF8: close) else { continue }
                let inner = body[..<end.lowerBound].split(separator: " ").joined(separator: " ")
                let offset = source.utf8.distance(from: source.startIndex, to: start.lowerBound)
                guard Self.namesSomething(inner), !template.expressionRanges.contains(where: { $0.contains(offset) })
                else { continue }
                if problems.isFull { return }
                let length = open.utf8.count + body[..<end.upperBound].utf8.count
                problems.warning(
                    "template-spelling",
                    "this is not a template and will be sent as it stands",
                    at: template.span(of: offset..<offset + length),
                    help: "write `${{ \(inner) }}`"
                )
            }
        }
    }

    /// Whether the text between the braces begins with a name that templates know.
    private static func namesSomething(_ text: String) -> Bool {
        let root = text.prefix { $0.isLetter || $0 == "_" }
        guard KnownNames.allRoots.contains(String(root)) else { return false }
        return text.count == root.count ? root == "item" || root == "batch" : text.dropFirst(root.count).first == "."
    }
}
