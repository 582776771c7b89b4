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
    /// When it was sent last, by RFC 3339.
    package let sentAt: String?
    /// The file that its items come from; nothing where they come from the job itself or from an earlier step.
    package let input: InputDigest?

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
            history.unknownCalls.map { call in
                UnknownCall(
                    step: step,
                    intent: call.intent,
                    reason: call.reason,
                    sentAt: history.sentAt[call.intent.call],
                    input: history.input
                )
            }
        }
    }
}
