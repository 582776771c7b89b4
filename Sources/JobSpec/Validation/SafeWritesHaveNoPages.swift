import Diagnostics

/// Pages are of an answer; each would be a write of its own.
struct SafeWritesHaveNoPages: JobValidator {
    func validate(_ job: Job, _ problems: Problems) {
        for step in job.steps where !step.request.method.isSafe {
            guard let paginator = step.paginator, paginator.type != "single_page" else { continue }
            let word = step.writeSafetyWord.map { " with \($0)" } ?? ""
            problems.error(
                "pages-of-a-write",
                "a \(step.request.method.rawValue)\(word) is one call, without pages",
                at: paginator.span?.firstLine,
                help: "leave `paginator` out; only GET is read page by page"
            )
        }
    }
}

extension Step {
    /// What marks the step's calls as writes that must not happen twice, in back quotes.
    package var writeSafetyWord: String? {
        idempotencyKey != nil ? "`idempotency_key`" : reconcile != nil ? "`reconcile`" : nil
    }
}
