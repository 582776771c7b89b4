import JobPlan
import JobSpec

/// Which job is meant, and which part of it: what a plan is made from. A run keeps it, so that it can be resumed.
struct JobRequest: Sendable {
    let file: String
    /// Overrides the job's own.
    let environment: String?
    let environmentFiles: [String]
    /// `NAME=VALUE`.
    let variables: [String]
    let selection: StepSelection

    var overrides: [VariableOverride] {
        variables.map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return VariableOverride(name: String(parts[0]), text: parts.count > 1 ? String(parts[1]) : "")
        }
    }
}
