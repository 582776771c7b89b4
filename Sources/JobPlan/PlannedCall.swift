package import JobSpec

/// A call that the plan gives a token: a step's own, or the one that settles a write of unknown outcome.
package struct PlannedCall: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        case request
        case reconcile
    }

    package let step: StepID
    package let kind: Kind

    package init(step: StepID, kind: Kind) {
        self.step = step
        self.kind = kind
    }

    /// `repayments`, or `repayments (reconcile)`.
    package var description: String { kind == .request ? step.name : "\(step) (reconcile)" }
}
