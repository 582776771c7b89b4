package import JSONBytes
package import JobSpec

/// What a run will do and with which authority: worked out from the job alone, the same byte for byte each time.
package struct Plan: Sendable {
    package let job: Job
    package let environment: Environment
    /// The fewest tokens that the strategy allows, the least authority first.
    package let tokens: [PlannedToken]
    /// In the order in which they run.
    package let steps: [PlannedStep]
    package let skipped: [SkippedStep]
    /// Whether no smaller answer exists; false where the search ended at its bound.
    package let isProvedSmallest: Bool
    /// The plan for programs: compact JSON, `{"plan":…,"hash":"…"}`. What is shown and kept is what was hashed.
    package let document: [UInt8]
    /// SHA-256 of the `plan` in ``document``, in lower-case hexadecimal: it changes exactly when the plan does.
    package let hash: String
}

/// A token that the run will ask for.
package struct PlannedToken: Sendable {
    package let id: TokenID
    /// By name; never empty.
    package let scopes: [Scope]
    /// Why each scope is there.
    package let reasons: [ScopeReason]
}

/// Why a token has a scope.
package struct ScopeReason: Sendable {
    package let scope: Scope
    /// The calls that need it. Empty only where a token needs some scope and no call does.
    package let calls: [PlannedCall]
}

/// A step with everything decided that can be decided before the run.
package struct PlannedStep: Sendable {
    package let step: Step
    package let token: TokenID
    /// The scopes that the call needs, and nothing more.
    package let scopes: Set<Scope>
    package let authority: Authority
    /// The token that the `reconcile` request rides on; it may be another than the write's.
    package let reconcileToken: TokenID?
    /// The scopes that the `reconcile` request needs, and nothing more.
    package let reconcileScopes: Set<Scope>
    package let reconcileAuthority: Authority?
    package let paginator: Paginator
    /// `nil` takes the whole answer for one record.
    package let dataSelector: JSONPath?
    package let retry: RetryPolicy

    /// Who says which scopes the call needs.
    package enum Authority: Hashable, Sendable {
        /// The environment's catalogue lists the operation, by this path template.
        case operation(String)
        /// The job file alone.
        case declaration
    }

    package var id: StepID { step.id }
}

extension PlannedStep {
    /// The planned read that asks whether one of the step's writes took effect; nothing where the job declares none.
    package var probe: PlannedStep? {
        guard let reconcile = step.reconcile, let reconcileToken else { return nil }
        return PlannedStep(
            step: step.probe(reconcile),
            token: reconcileToken,
            scopes: reconcileScopes,
            authority: reconcileAuthority ?? .declaration,
            reconcileToken: nil,
            reconcileScopes: [],
            reconcileAuthority: nil,
            paginator: .singlePage,
            dataSelector: reconcile.found.value,
            retry: retry
        )
    }

    /// Whether a call may be sent twice and count once: by its idempotency key, or by its method (RFC 9110 section 9.2.2).
    /// What a retry may send again, and what a resume may, is decided here.
    package var isRepeatable: Bool { step.idempotencyKey != nil || step.request.method.isIdempotent }

    /// Whether the step changes something at the API: then every call is journaled before it is sent.
    package var isWrite: Bool { !step.request.method.isSafe }
}
