import Synchronization

/// Keeps a small answer in memory, up to a limit.
final class BodyCollector: HTTPResponseReceiver {
    /// The body is longer than the limit.
    struct TooLong: Error {
        let limit: Int
    }

    private struct State {
        var head: HTTPResponseHead?
        var body: [UInt8] = []
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: in bytes.
    init(limit: Int) { self.limit = limit }

    /// The answer so far; `nil` before the head has arrived.
    var answer: (head: HTTPResponseHead, body: [UInt8])? {
        state.withLock { state in state.head.map { ($0, state.body) } }
    }

    func receive(head: HTTPResponseHead) {
        state.withLock { $0.head = head }
    }

    func receive(_ bytes: UnsafeRawBufferPointer) throws -> BodyDemand {
        try state.withLock { state in
            guard bytes.count <= limit - state.body.count else { throw TooLong(limit: limit) }
            state.body.append(contentsOf: bytes)
        }
        return .more
    }

    func ready() async {}
}
