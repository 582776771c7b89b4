package import JobSpec

/// Which steps a person asked for: `--only` and `--from`.
package struct StepSelection: Hashable, Sendable {
    /// Only these steps; empty means all.
    package var only: [String]
    /// This step and those after it.
    package var from: String?

    /// Every step.
    package static let all = StepSelection()

    package init(only: [String] = [], from: String? = nil) {
        self.only = only
        self.from = from
    }
}

/// A step that the plan leaves out, and its scopes with it.
package struct SkippedStep: Sendable {
    package enum Reason: String, Sendable {
        /// `--only` names other steps.
        case notSelected = "not named by --only"
        /// It stands before the step of `--from`.
        case beforeFrom = "before the step of --from"
        /// Its `if` is false whatever happens.
        case conditionFalse = "its `if` is false"
    }

    package let step: Step
    package let reason: Reason
}
