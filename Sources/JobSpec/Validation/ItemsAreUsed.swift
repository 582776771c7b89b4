import Diagnostics

/// A `for_each` whose request never mentions `item`, or `batch` with `batch_size`, sends the same call again and again.
struct ItemsAreUsed: JobValidator {
    func validate(_ job: Job, _ problems: Problems) {
        for step in job.steps {
            guard let forEach = step.forEach else { continue }
            guard step.hasManyCalls else { continue }
            if problems.hasError(within: step.request.span) { continue }
            let references = step.request.strings.flatMap(\.expressions).flatMap(\.references)
            // The wrong one of the two has been reported by its name.
            guard !references.contains(where: { $0.root == "item" || $0.root == "batch" }) else { continue }
            let root = step.itemRoot
            problems.warning(
                "item-not-used",
                "the request of `\(step.id)` never uses `\(root)`: every call is the same",
                at: forEach.span,
                help: "write `${{ \(root) }}` where the calls differ"
            )
        }
    }
}
