import Diagnostics

/// A `for_each` whose request never mentions `item` sends the same call again and again.
struct ItemsAreUsed: JobValidator {
    func validate(_ job: Job, _ problems: Problems) {
        for step in job.steps {
            guard let forEach = step.forEach else { continue }
            if case .items(let items, _) = forEach, items.count < 2 { continue }
            if problems.hasError(within: step.request.span) { continue }
            let references = step.request.strings.flatMap(\.expressions).flatMap(\.references)
            guard !references.contains(where: { $0.root == "item" || $0.root == "batch" }) else { continue }
            problems.warning(
                "item-not-used",
                "the request of `\(step.id)` never uses `item`: every call is the same",
                at: forEach.span,
                help: "write `${{ item }}` where the calls differ"
            )
        }
    }
}
