import Synchronization

/// What has happened since the start, for `/sandbox/stats`.
final class SandboxStats: Sendable {
    private struct Counts {
        var calls: [String: Int] = [:]
        var faults: [String: Int] = [:]
    }

    private let counts = Mutex(Counts())

    /// Counts a request.
    func count(call: String) {
        counts.withLock { $0.calls[call, default: 0] += 1 }
    }

    /// Counts a fault.
    func count(fault: String) {
        counts.withLock { $0.faults[fault, default: 0] += 1 }
    }

    /// `{"requests":{…},"faults":{…},"tokens_issued":…,"received":…}`, names in order.
    func json(tokensIssued: Int, received: Int) -> [UInt8] {
        let counts = counts.withLock { $0 }
        var text: [UInt8] = []
        text.append("{\"requests\":")
        Self.append(counts.calls, to: &text)
        text.append(",\"faults\":")
        Self.append(counts.faults, to: &text)
        text.append(",")
        text.append(member: "tokens_issued", tokensIssued)
        text.append(",")
        text.append(member: "received", received)
        text.append("}")
        return text
    }

    private static func append(_ counts: [String: Int], to text: inout [UInt8]) {
        text.append("{")
        for (position, (name, count)) in counts.sorted(by: { $0.key < $1.key }).enumerated() {
            if position > 0 {
                text.append(",")
            }
            text.append(jsonString: name)
            text.append(verbatim: ":\(count)")
        }
        text.append("}")
    }
}
