import Diagnostics

/// A key stands for one call: what is sent under another call's key is taken for a repetition and thrown away.
struct IdempotencyKeysDiffer: JobValidator {
    func validate(_ job: Job, _ problems: Problems) {
        for step in job.steps {
            guard let key = step.idempotencyKey, !problems.hasError(within: step.request.span) else { continue }
            if step.request.method.isSafe {
                problems.error(
                    "idempotency-key-on-get",
                    "a \(step.request.method.rawValue) changes nothing: it needs no `idempotency_key`",
                    at: key.span,
                    help: "leave it out: the runner repeats a \(step.request.method.rawValue) anyway"
                )
            }
            let same = step.request.headers.first { $0.name.lowercased() == key.header.lowercased() }
            if let same {
                problems.error(
                    "header-twice",
                    "`\(same.name)` is the field of the `idempotency_key`",
                    at: same.nameSpan,
                    help: "leave it out here, or write its value as `idempotency_key`"
                )
            }
            if let value = key.value, !value.isBroken { check(value, step, problems) }
        }
    }

    private func check(_ value: TemplateString, _ step: Step, _ problems: Problems) {
        let references = value.expressions.flatMap(\.references)
        let root = step.itemRoot
        // A batch and a row of a CSV file are known not to be text, whatever they hold.
        let isRow = if case .csv? = step.forEach { true } else { false }
        if case .reference(let reference)? = value.loneExpression, reference.path == [root], root == "batch" || isRow {
            problems.error(
                "key-not-text",
                root == "batch" ? "`batch` is a list, and a key is text" : "`item` is a whole row, and a key is text",
                at: value.span(of: reference.range),
                help: "write `idempotency_key: auto`, or a part of it such as `${{ \(Self.part(of: root)) }}`"
            )
            return
        }
        // A name that is not there is reported as such.
        let isToldApart = references.contains { $0.root == "item" || $0.root == "batch" }
        if step.hasManyCalls, !isToldApart {
            problems.error(
                "same-idempotency-key",
                "every call of `\(step.id)` would have the same key",
                at: value.span,
                label: "the API would take the second call for the first",
                help:
                    "write `idempotency_key: auto`, or use `\(root)`: `${{ \(Self.part(of: root)) }}`"
            )
        } else if !step.hasManyCalls, value.literal != nil {
            problems.warning(
                "same-idempotency-key",
                "every run would send the same key: the API would take the second run's call for the first's",
                at: value.span,
                help: "write `idempotency_key: auto`, or use `run.id`: `${{ run.id }}`"
            )
        }
    }

    private static func part(of root: String) -> String { root == "batch" ? "batch[0].id" : "item.id" }
}
