import JSONBytes
import Synchronization

/// All writes that were accepted, in their order, and what was answered to them.
final class WriteStore: Sendable {
    /// A write that may be accepted.
    struct Offer: Sendable {
        /// The call: the same key on another call is another key.
        let call: FaultPlace
        let path: String
        let idempotencyKey: String?
        let body: [UInt8]
        /// The items, if it reports repayments.
        var repayments: [JSONValue] = []
    }

    /// What became of an offer.
    enum Decision: Sendable {
        /// It is kept.
        case accepted(SandboxAnswer)
        /// It was kept before, under the same key: the answer of then, and no second effect.
        case replayed(SandboxAnswer)
        /// Its key was used for another body.
        case conflict
        /// There is no room left.
        case full
    }

    /// One repayment that was reported.
    struct Repayment: Sendable {
        let uploadID: Int
        let idempotencyKey: String?
        let value: JSONValue
    }

    private struct Key: Hashable {
        let call: FaultPlace
        let text: String
    }

    private struct State {
        var kept: [(offer: Offer, answer: SandboxAnswer)] = []
        var keptBytes = 0
        var positions: [Key: Int] = [:]
        var repayments: [Repayment] = []
        var repaymentsByLoan: [String: [Int]] = [:]
    }

    private let maxBytes: Int
    private let state = Mutex(State())

    init(maxBytes: Int) {
        self.maxBytes = maxBytes
    }

    /// Keeps a write, unless its key says that it was kept before. `answer` is given its number, from 1.
    func accept(_ offer: Offer, answer: (Int) -> SandboxAnswer) -> Decision {
        state.withLock { state in
            let key = offer.idempotencyKey.map { Key(call: offer.call, text: $0) }
            if let key, let position = state.positions[key] {
                let earlier = state.kept[position]
                return earlier.offer.body == offer.body ? .replayed(earlier.answer) : .conflict
            }
            guard state.keptBytes + offer.body.count <= maxBytes else { return .full }
            let number = state.kept.count + 1
            let made = answer(number)
            if let key {
                state.positions[key] = state.kept.count
            }
            state.kept.append((offer, made))
            state.keptBytes += offer.body.count
            for value in offer.repayments {
                if let loanID = value["loan_id"]?.text {
                    state.repaymentsByLoan[loanID, default: []].append(state.repayments.count)
                }
                state.repayments.append(
                    Repayment(uploadID: number, idempotencyKey: offer.idempotencyKey, value: value)
                )
            }
            return .accepted(made)
        }
    }

    /// The repayments reported for a loan, or all of them, that fit; in the order in which they came.
    func repayments(loanID: String?, where fits: (Repayment) -> Bool) -> [Repayment] {
        state.withLock { state in
            guard let loanID else { return state.repayments.filter(fits) }
            return (state.repaymentsByLoan[loanID] ?? []).map { state.repayments[$0] }.filter(fits)
        }
    }

    /// How many writes were accepted.
    var count: Int {
        state.withLock { $0.kept.count }
    }

    /// `[{"seq":1,"path":"…","idempotency_key":null,"body":…}]`; each body is byte for byte what came.
    func json() -> [UInt8] {
        let kept = state.withLock { $0.kept }
        var text: [UInt8] = []
        text.append("[")
        for (index, entry) in kept.enumerated() {
            text.append(index == 0 ? "{" : ",\n{")
            text.append(member: "seq", index + 1)
            text.append(",")
            text.append(member: "path", entry.offer.path)
            text.append(",\"idempotency_key\":")
            if let key = entry.offer.idempotencyKey {
                text.append(jsonString: key)
            } else {
                text.append("null")
            }
            text.append(",\"body\":")
            text.append(contentsOf: entry.offer.body)
            text.append("}")
        }
        text.append("]")
        return text
    }
}
