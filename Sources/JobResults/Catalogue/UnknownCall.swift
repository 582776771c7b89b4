package import JobExecution
package import JobSpec

/// A write of which nobody knows whether it took effect.
package struct UnknownCall: Hashable, Sendable {
    /// Its step.
    package let step: StepID
    /// Its place, key and items.
    package let intent: CallIntent
    /// Why its outcome is unknown.
    package let reason: String?

    /// What a person names it by.
    package var key: String { intent.key }
    /// The positions of its items in the input, from 0.
    package var items: Range<Int> { intent.items }
    /// Another name, which no other call of the run has.
    package var place: String { "\(step)#\(intent.call)" }
}

extension JournalReplay {
    /// All of the run, by step and call.
    var unknownCalls: [UnknownCall] {
        steps.sorted { $0.key < $1.key }.flatMap { step, history in
            history.unknownCalls.map { UnknownCall(step: step, intent: $0.intent, reason: $0.reason) }
        }
    }
}
