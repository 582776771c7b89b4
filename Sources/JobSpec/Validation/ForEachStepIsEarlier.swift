import Diagnostics

/// A step can be repeated over the records of an earlier step only: they are on disk by then.
struct ForEachStepIsEarlier: JobValidator {
    func validate(_ job: Job, _ problems: Problems) {
        let names = JobNames(job)
        for (place, step) in job.steps.enumerated() {
            guard case .step(let source)? = step.forEach, names.step(source.value.name, before: place) == nil else {
                continue
            }
            let name = source.value.name
            if name == step.id.name {
                problems.error(
                    "step-not-run-yet",
                    "step `\(name)` can't be repeated over its own records",
                    at: source.span,
                    help: "name an earlier step"
                )
            } else if names.steps[name] != nil {
                problems.error(
                    "step-not-run-yet",
                    "step `\(name)` has not run when its records are needed",
                    at: source.span,
                    help: "steps run in the order written: move `\(name)` up"
                )
            } else {
                let known = job.steps.prefix(place).map(\.id.name)
                problems.error(
                    "unknown-step",
                    "there is no step `\(name)`",
                    at: source.span,
                    help: Names.help(for: name, in: known)
                        ?? (known.isEmpty ? "no step runs before this one" : "earlier steps are \(Names.list(known))")
                )
            }
        }
    }
}
