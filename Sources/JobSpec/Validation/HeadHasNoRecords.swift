import Diagnostics

/// The answer to HEAD has no body to select from (RFC 9110 section 9.3.2).
struct HeadHasNoRecords: JobValidator {
    func validate(_ job: Job, _ problems: Problems) {
        for step in job.steps where step.request.method == .head {
            guard let selector = step.dataSelector else { continue }
            problems.error(
                "selector-on-head",
                "the answer to HEAD has no body to select from",
                at: selector.span,
                help: "use `method: GET`, or leave `data_selector` out"
            )
        }
    }
}
