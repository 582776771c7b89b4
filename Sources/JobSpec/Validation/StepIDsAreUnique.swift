import Diagnostics

/// Two steps of one id would write one file; `journal` is the run's own.
struct StepIDsAreUnique: JobValidator {
    private static let reserved: Set<String> = ["journal"]

    func validate(_ job: Job, _ problems: Problems) {
        var seen = [String: Step](minimumCapacity: job.steps.count)
        for step in job.steps {
            let name = step.id.name.lowercased()
            if Self.reserved.contains(name) {
                problems.error(
                    "reserved-step-id",
                    "`\(step.id)` is the name of a file of the run itself",
                    at: step.idSpan,
                    help: "choose another id"
                )
            }
            // Some file systems fold case: `Loans.ndjson` and `loans.ndjson` would be one file there.
            if let first = seen[name] {
                var diagnostic = Diagnostic.error(
                    "duplicate-step",
                    first.id == step.id
                        ? "step `\(step.id)` is there twice" : "`\(step.id)` and `\(first.id)` differ in case only",
                    at: step.idSpan,
                    help: "each step has an id of its own: it names a file"
                )
                diagnostic.related = [.init(span: first.idSpan, label: "first here")]
                problems.report(diagnostic)
            } else {
                seen[name] = step
            }
        }
    }
}
