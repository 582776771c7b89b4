package import Diagnostics

/// A job file, decoded and checked: what to call, in which order, and with which authority.
package struct Job: Sendable {
    /// Names the folder of the results.
    package let name: StepID
    package let description: String?
    /// The environment that the job asks for; `--environment` overrides it. `nil` when the file names none.
    package let environment: Located<String>?
    /// The environments that this job may name: its own, those of `--environments`, and the built-in ones.
    package let environments: EnvironmentCatalogue
    /// In the order written; a later variable may use an earlier one.
    package let vars: [Variable]
    package let tokens: TokenStrategy
    /// The job's own policy, for its steps and for the token endpoint; `nil` leaves it to the environment.
    package let retry: RetryPolicy?
    /// Bounds the whole run.
    package let timeout: Duration?
    /// In the order in which they run.
    package let steps: [Step]
    package let source: SourceFile

    /// The step of that id.
    package func step(_ id: StepID) -> Step? { steps.first { $0.id == id } }
}

/// A variable of the job and its default; `--var NAME=VALUE` replaces the default.
package struct Variable: Sendable {
    package let name: String
    package let nameSpan: SourceSpan
    package let value: TemplateValue
}

/// How scopes are spread over tokens.
package enum TokenStrategy: String, Sendable, CaseIterable {
    /// No call carries a token with a scope that it doesn't need; the fewest tokens that allow it.
    case leastPrivilege = "least_privilege"
    /// One token with the smallest union.
    case single
}
