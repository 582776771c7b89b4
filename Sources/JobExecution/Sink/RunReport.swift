package import JobPlan
package import JobSpec

/// What a whole run did: the content of its manifest.
package struct RunReport: Sendable {
    package var steps: [StepReport] = []
    package var tokens: [TokenReport] = []
    /// The failure that ended the run, if one did.
    package var failure: RunFailure?
    package var duration: Duration = .zero

    package init() {}

    /// Whether every step did all that it should.
    package var isComplete: Bool {
        failure == nil && steps.allSatisfy { $0.state != .failed && $0.skippedItems == 0 }
    }
}

/// One token of a run: what was planned and what the server granted.
package struct TokenReport: Hashable, Sendable {
    package let id: TokenID
    package let requested: [Scope]
    package let granted: [Scope]
    /// How often the token was fetched.
    package let fetches: Int

    package init(id: TokenID, requested: [Scope], granted: [Scope], fetches: Int) {
        self.id = id
        self.requested = requested
        self.granted = granted
        self.fetches = fetches
    }
}
