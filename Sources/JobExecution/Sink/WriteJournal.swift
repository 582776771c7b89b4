package import JSONBytes

/// A write that is about to be sent. It is on the disk before the first byte goes out.
package struct CallIntent: Hashable, Sendable {
    /// The position of the call in its step, from 0. The same input gives the same positions.
    package let call: Int
    /// What a person names the call by: the idempotency key if there is one, else `STEP#CALL`.
    package let key: String
    /// The positions of the call's items in the input, from 0.
    package let items: Range<Int>

    package init(call: Int, key: String, items: Range<Int>) {
        self.call = call
        self.key = key
        self.items = items
    }
}

/// How a write ended.
package struct CallOutcome: Hashable, Sendable {
    package enum State: String, Hashable, Sendable {
        /// It took effect.
        case done
        /// It was refused and took no effect.
        case refused
        /// It certainly was not sent, or a probe says that it took no effect: it may be sent (again).
        case notDone = "not_done"
        /// Nobody knows.
        case unknown
    }

    package let intent: CallIntent
    package let state: State
    /// The call's line of the step's file, without the line break; empty unless done or refused. Kept in the journal, so
    /// that the file can be finished after a crash between the answer and its turn to be written.
    package let record: [UInt8]
    /// The step's outputs as of this call's answer: the record need not hold it. Empty where the step declares none, or
    /// where the answer had none to give.
    package let outputs: [String: JSONValue]
    /// Why, where it is not done.
    package let reason: String?

    package init(
        intent: CallIntent,
        state: State,
        record: [UInt8] = [],
        outputs: [String: JSONValue] = [:],
        reason: String? = nil
    ) {
        self.intent = intent
        self.state = state
        self.record = record
        self.outputs = outputs
        self.reason = reason
    }
}

/// The input of a step, as it was when the step began: a resume on another input is refused.
package struct InputDigest: Hashable, Sendable {
    /// The file; nothing for a list that templates yield.
    package let path: String?
    package let bytes: Int
    /// Lower-case hexadecimal.
    package let sha256: String

    package init(path: String?, bytes: Int, sha256: String) {
        self.path = path
        self.bytes = bytes
        self.sha256 = sha256
    }
}
