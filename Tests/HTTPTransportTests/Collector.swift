import HTTPTransport
import JobExecution
import Synchronization

/// A receiver that keeps everything, and pauses or throws where a test wants it.
final class Collector: HTTPResponseReceiver {
    struct Stop: Error, Equatable {
        let text: String
    }

    private struct State {
        var head: HTTPResponseHead?
        var body: [UInt8] = []
        var parts = 0
        var isPaused = false
        var partsWhilePaused = 0
    }

    private let state = Mutex(State())
    private let onHead: @Sendable (HTTPResponseHead) throws -> Void
    private let onPart: @Sendable (Int) throws -> BodyDemand
    private let onReady: @Sendable () async throws -> Void

    init(
        onHead: @escaping @Sendable (HTTPResponseHead) throws -> Void = { _ in },
        onPart: @escaping @Sendable (_ number: Int) throws -> BodyDemand = { _ in .more },
        onReady: @escaping @Sendable () async throws -> Void = {}
    ) {
        self.onHead = onHead
        self.onPart = onPart
        self.onReady = onReady
    }

    var head: HTTPResponseHead? { state.withLock { $0.head } }
    var body: [UInt8] { state.withLock { $0.body } }
    var text: String { String(decoding: body, as: UTF8.self) }
    var parts: Int { state.withLock { $0.parts } }
    /// Parts that arrived although the receiver had asked for none.
    var partsWhilePaused: Int { state.withLock { $0.partsWhilePaused } }

    func receive(head: HTTPResponseHead) throws {
        state.withLock { $0.head = head }
        try onHead(head)
    }

    func receive(_ bytes: UnsafeRawBufferPointer) throws -> BodyDemand {
        let number = state.withLock { state in
            if state.isPaused { state.partsWhilePaused += 1 }
            state.body += bytes
            state.parts += 1
            return state.parts
        }
        let demand = try onPart(number)
        if case .pause = demand { state.withLock { $0.isPaused = true } }
        return demand
    }

    func ready() async throws {
        try await onReady()
        state.withLock { $0.isPaused = false }
    }
}

/// Runs `body` with a transport and shuts it down.
func withTransport(
    _ configuration: TransportConfiguration = TransportConfiguration(),
    _ body: (AsyncHTTPClientTransport) async throws -> Void
) async throws {
    let transport = try AsyncHTTPClientTransport(configuration)
    do {
        try await body(transport)
    } catch {
        await transport.shutdown()
        throw error
    }
    await transport.shutdown()
}

extension AsyncHTTPClientTransport {
    /// Sends and returns the receiver, for tests that expect an answer.
    @discardableResult
    func fetch(
        _ url: String,
        method: String = "GET",
        fields: HTTPFields = [],
        body: [UInt8]? = nil,
        timeout: Duration? = .seconds(30),
        into collector: Collector = Collector()
    ) async throws -> Collector {
        let request = HTTPRequest(method: method, url: url, fields: fields, body: body)
        try await send(request, timeout: timeout, receiver: collector)
        return collector
    }

    /// Sends and returns the error, for tests that expect one.
    func failure(
        _ url: String,
        method: String = "GET",
        fields: HTTPFields = [],
        body: [UInt8]? = nil,
        timeout: Duration? = .seconds(30),
        into collector: Collector = Collector()
    ) async -> TransportError? {
        let request = HTTPRequest(method: method, url: url, fields: fields, body: body)
        do {
            try await send(request, timeout: timeout, receiver: collector)
            return nil
        } catch {
            return error
        }
    }
}

/// The cases of `TransportError` without their texts, to compare with.
enum Kind: Equatable {
    case none, notSent, untrusted, refusedByProxy, lost, timedOut(sent: Bool), invalidAnswer, invalidRequest, receiver,
        cancelled

    init(_ error: TransportError?) {
        self =
            switch error {
            case nil: .none
            case .notSent: .notSent
            case .untrusted: .untrusted
            case .refusedByProxy: .refusedByProxy
            case .lost: .lost
            case .timedOut(let sent): .timedOut(sent: sent)
            case .invalidAnswer: .invalidAnswer
            case .invalidRequest: .invalidRequest
            case .receiver: .receiver
            case .cancelled: .cancelled
            }
    }
}

extension TransportError {
    /// The text, where the case has one.
    var reason: String? {
        switch self {
        case .notSent(let reason), .untrusted(let reason), .refusedByProxy(let reason), .lost(let reason),
            .invalidAnswer(let reason), .invalidRequest(let reason):
            reason
        case .timedOut, .receiver, .cancelled: nil
        }
    }
}
