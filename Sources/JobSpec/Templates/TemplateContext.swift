package import JSONBytes
package import Secrets

/// The values that templates refer to, at one moment of a run.
package struct TemplateContext: Sendable {
    /// What the environment of the process and its secret files offer; injected, so that plans stay pure.
    package struct Outside: Sendable {
        package let environmentVariable: @Sendable (String) -> String?
        package let secret: @Sendable (String) throws(SecretLookupError) -> Secret

        package init(
            environmentVariable: @escaping @Sendable (String) -> String?,
            secret: @escaping @Sendable (String) throws(SecretLookupError) -> Secret
        ) {
            self.environmentVariable = environmentVariable
            self.secret = secret
        }
    }

    package var vars: [String: JSONValue] = [:]
    package var outside: Outside
    /// The current item of `for_each`.
    package var item: JSONValue?
    /// The items that one call takes together, an array, where the step has `batch_size`.
    package var batch: JSONValue?
    /// Members and claims of the step's token.
    package var token: (@Sendable (String) -> JSONValue?)?
    /// Outputs of the steps that have ended, by step and name.
    package var outputs: [String: [String: JSONValue]] = [:]
    /// RFC 3339, UTC.
    package var asOf: String

    /// `run.id`: the same after a resume, another in every other run. Empty where no run has begun.
    package var runID: String

    package init(outside: Outside, asOf: String, runID: String = "") {
        self.outside = outside
        self.asOf = asOf
        self.runID = runID
    }
}

/// A secret that is nowhere to be found, or can't be read.
package struct SecretLookupError: Error, Sendable {
    /// What was tried and what to do, without any value.
    package let message: String
    package let help: String

    package init(message: String, help: String) {
        self.message = message
        self.help = help
    }
}
