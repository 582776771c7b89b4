import JobExecution
import Synchronization

/// A transport that answers from a script, in order, and records what it was asked.
final class ScriptedTransport: HTTPTransport {
    /// One answer of the script.
    enum Answer: Sendable {
        /// A whole answer; the body arrives in chunks of `chunk` bytes.
        case response(Int, HTTPFields, [UInt8], chunk: Int)
        /// The head and some of the body arrive, then the exchange fails.
        case cut(Int, HTTPFields, [UInt8], TransportError)
        /// Nothing arrives.
        case failure(TransportError)
        /// As the answer inside, but only once the gate is open.
        indirect case gated(Gate, Answer)

        static func response(_ status: Int, _ fields: HTTPFields = [], _ body: String = "") -> Answer {
            .response(status, fields, Array(body.utf8), chunk: .max)
        }
    }

    private struct State {
        var script: [Answer]
        var requests: [HTTPRequest] = []
        var observers: [(count: Int, wake: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>
    private let repeatsLast: Bool

    /// - Parameter repeatsLast: whether the last answer is given for ever; else a request beyond the script fails.
    init(_ script: [Answer], repeatsLast: Bool = false) {
        state = Mutex(State(script: script))
        self.repeatsLast = repeatsLast
    }

    /// What was asked so far.
    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    /// Returns once that many requests have come.
    func requests(atLeast count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.requests.count >= count { return true }
                state.observers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    func send(
        _ request: HTTPRequest,
        timeout: Duration?,
        receiver: any HTTPResponseReceiver
    ) async throws(TransportError) {
        let (answer, observers) = take(request)
        for observer in observers { observer.resume() }
        try await give(answer, to: receiver)
    }

    private func take(_ request: HTTPRequest) -> (Answer, [CheckedContinuation<Void, Never>]) {
        state.withLock { state in
            state.requests.append(request)
            let count = state.requests.count
            let satisfied = state.observers.filter { $0.count <= count }.map(\.wake)
            state.observers.removeAll { $0.count <= count }
            guard let answer = state.script.first else {
                return (.failure(.invalidRequest(reason: "the script has ended")), satisfied)
            }
            if state.script.count > 1 || !repeatsLast { state.script.removeFirst() }
            return (answer, satisfied)
        }
    }

    private func give(_ answer: Answer, to receiver: any HTTPResponseReceiver) async throws(TransportError) {
        switch answer {
        case .failure(let error): throw error
        case .gated(let gate, let inner):
            await gate.opened()
            guard !Task.isCancelled else { throw .cancelled }
            try await give(inner, to: receiver)
        case .cut(let status, let fields, let body, let error):
            try await give(.response(status, fields, body, chunk: .max), to: receiver)
            throw error
        case .response(let status, let fields, let body, let chunk):
            do {
                try receiver.receive(head: HTTPResponseHead(status: status, fields: fields))
                var start = 0
                while start < body.count {
                    let end = min(start + min(chunk, body.count), body.count)
                    let demand = try body[start..<end].withUnsafeBytes { try receiver.receive($0) }
                    if case .pause = demand { try await receiver.ready() }
                    start = end
                }
            } catch {
                throw .receiver(error)
            }
        }
    }
}

/// Holds tasks back until it is opened. A cancelled task passes.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var continuations: [AsyncStream<Void>.Continuation] = []
    }

    private let state = Mutex(State())

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.continuations = [] }
            return state.continuations
        }
        for continuation in waiting { continuation.finish() }
    }

    func opened() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let isOpen = state.withLock { state in
            if !state.isOpen { state.continuations.append(continuation) }
            return state.isOpen
        }
        if isOpen { return }
        for await _ in stream {}
    }
}
