import Synchronization

/// Takes the records of one attempt: straight to the file while it is this call's turn, into a bounded buffer before.
final class PageOutput: Sendable {
    private struct State {
        var pending: [UInt8]
        var hasReachedSink = false
        var fingerprint = PageFingerprint()
    }

    /// How much goes to the file at once while it is this call's turn.
    private static let pieceSize = 256 << 10

    private let sink: any RecordSink
    private let turn: PageTurn
    private let ticket: Int
    private let limit: Int
    private let state: Mutex<State>

    /// - Parameter limit: bytes that are held back before the transport is asked to pause.
    init(sink: any RecordSink, turn: PageTurn, ticket: Int, limit: Int) {
        self.sink = sink
        self.turn = turn
        self.ticket = ticket
        self.limit = limit
        state = Mutex(State(pending: turn.buffers.take()))
    }

    deinit {
        turn.buffers.give(
            state.withLock { state in
                defer { state.pending = [] }
                return state.pending
            }
        )
    }

    /// Lets `produce` append lines to the buffer, and moves them on where that is possible.
    func produce(_ produce: (inout [UInt8]) throws -> Void) throws -> BodyDemand {
        try state.withLock { state in
            let before = state.pending.count
            try produce(&state.pending)
            state.pending.withUnsafeBytes { bytes in
                state.fingerprint.add(UnsafeRawBufferPointer(rebasing: bytes[before...]))
            }
            guard turn.isNow(ticket) else { return state.pending.count < limit ? .more : .pause }
            guard state.pending.count >= Self.pieceSize else { return .more }
            if sink.isBehind { return .pause }
            try flush(&state)
            return .more
        }
    }

    /// Holds lines until this call's turn.
    func hold(_ lines: [UInt8]) { state.withLock { $0.pending += lines } }

    /// Waits for this call's turn, and for the file, and moves what was held back to it.
    func flushInTurn() async throws {
        try await turn.wait(for: ticket)
        await sink.caughtUp()
        try flush()
    }

    /// Moves what was held back to the file. It must be this call's turn.
    func flush() throws(SinkError) { try state.withLock { (state) throws(SinkError) in try flush(&state) } }

    /// Whether anything went to the sink that a failed attempt must take back.
    var hasReachedSink: Bool { state.withLock { $0.hasReachedSink } }

    /// Takes the digest from the answer itself, where what is selected from it may well be equal on every page.
    func identify(by body: [UInt8]) {
        state.withLock { state in
            state.fingerprint = PageFingerprint()
            body.withUnsafeBytes { state.fingerprint.add($0) }
        }
    }

    var fingerprint: UInt64 { state.withLock { $0.fingerprint.value } }

    private func flush(_ state: inout State) throws(SinkError) {
        guard !state.pending.isEmpty else { return }
        state.hasReachedSink = true
        var lines: [UInt8] = []
        swap(&lines, &state.pending)
        state.pending = turn.buffers.take()
        try sink.append(lines, returningTo: turn.buffers)
    }
}
