import Diagnostics

/// `${vars.x}` and `{{ vars.x }}` are templates of other tools; here they would be sent as they are.
struct TemplatesAreSpelled: JobValidator {
    /// How far from the opening braces the closing ones are looked for.
    private static let reach = 120

    func validate(_ job: Job, _ problems: Problems) {
        for template in job.vars.flatMap(\.value.strings) { check(template, problems) }
        for step in job.steps {
            for template in step.forEach?.strings ?? [] { check(template, problems) }
            step.forEachCallString { check($0, problems) }
        }
    }

    private func check(_ template: TemplateString, _ problems: Problems) {
        guard template.source.utf8.contains(UInt8(ascii: "{")) else { return }
        let source = Substring(template.source)
        // Whoever writes the escape knows how templates are spelled.
        guard !template.isBroken, source.firstRange(ofUTF8: "$${{") == nil else { return }
        let spellings = [("${", "}"), ("{{", "}}")]
        for (open, close) in spellings {
            var rest = source
            while let start = rest.firstRange(ofUTF8: open) {
                rest = rest[start.upperBound...]
                let offset = source.utf8.distance(from: source.startIndex, to: start.lowerBound)
                if template.expressionRanges.contains(where: { $0.contains(offset) }) { continue }
                let body = rest.prefix(Self.reach)
                guard let end = body.firstRange(ofUTF8: close) else { continue }
                let inner = body[..<end.lowerBound].split(separator: " ").joined(separator: " ")
                guard Self.namesSomething(inner) else { continue }
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
