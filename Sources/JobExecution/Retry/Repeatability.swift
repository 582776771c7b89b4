package import JobPlan
import JobSpec

/// Whether sending a request twice is the same as sending it once.
package enum Repeatability: Hashable, Sendable {
    /// It is: by the method's definition, or because the server recognises the second one by its idempotency key.
    case idempotent
    /// It isn't: repeat it only when the server can't have acted on it.
    case unsafe

    /// For the calls of a step: the same rule by which a resume goes.
    package init(_ planned: PlannedStep) { self = planned.isRepeatable ? .idempotent : .unsafe }

    /// For a call that may have been sent before a resume: only under the same key does the server recognise it. The key
    /// is another where what it is made of has changed, or where the step had none then.
    package init(_ planned: PlannedStep, key: String, after earlier: CallIntent) {
        let isRecognised = key == earlier.key || planned.step.request.method.isIdempotent
        self = isRecognised ? Repeatability(planned) : .unsafe
    }
}
