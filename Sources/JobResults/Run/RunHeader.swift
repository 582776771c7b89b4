/// What is known of a run before it starts, for the first line of its journal and for its manifest.
package struct RunHeader: Hashable, Sendable {
    /// The plan's hash, in lower-case hexadecimal.
    package var planHash: String
    /// The name of the environment.
    package let environment: String
    /// The value of `run.as_of`.
    package let asOf: String
    /// The version of the command.
    package var version: String
    /// What a resume needs to plan again; without it the run can't be resumed from the command line.
    package let invocation: RunInvocation?

    /// Puts the parts together.
    package init(
        planHash: String,
        environment: String,
        asOf: String,
        version: String,
        invocation: RunInvocation? = nil
    ) {
        self.planHash = planHash
        self.environment = environment
        self.asOf = asOf
        self.version = version
        self.invocation = invocation
    }
}
