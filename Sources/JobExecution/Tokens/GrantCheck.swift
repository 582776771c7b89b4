package import JobPlan
package import JobSpec

/// Compares what was granted with what was planned, before the first call to the API.
package enum GrantCheck {
    /// How the grant of one token differs from the plan.
    package struct Difference: Hashable, Sendable {
        package let token: TokenID
        /// Planned but not granted, sorted: calls that need them can't run.
        package let missing: [Scope]
        /// Granted but not planned, sorted: the server gave more authority than was asked for.
        package let unasked: [Scope]
    }

    /// The tokens whose grant differs, sorted by id. A token that isn't in `granted` lacks everything.
    package static func differences(
        planned: [TokenID: Set<Scope>],
        granted: [TokenID: Set<Scope>]
    ) -> [Difference] {
        planned.keys.sorted().compactMap { token in
            let (asked, got) = (planned[token] ?? [], granted[token] ?? [])
            guard asked != got else { return nil }
            return Difference(
                token: token,
                missing: asked.subtracting(got).sorted(),
                unasked: got.subtracting(asked).sorted()
            )
        }
    }
}
