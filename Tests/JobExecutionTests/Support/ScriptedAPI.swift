import JobExecution
import Synchronization

/// A transport that answers each request by a function, tokens included, perhaps in another order than asked.
final class ScriptedAPI: HTTPTransport {
    typealias Answer = ScriptedTransport.Answer

    /// How the answers come.
    enum Pace: Sendable {
        case atOnce
        /// Each after so many turns of the scheduler as the seed says.
        case shuffled(seed: UInt64)
    }

    private struct State {
        var requests: [HTTPRequest] = []
        var timeouts: [Duration?] = []
        var tokens = 0
        var inFlight = 0
        var mostInFlight = 0
        var random: SplitMix64
    }

    private let state: Mutex<State>
    private let pace: Pace
    private let token: @Sendable (Int) -> Answer
    private let answer: @Sendable (HTTPRequest, Int) -> Answer

    /// - Parameters:
    ///   - token: the answer to the token request of that number, from 1.
    ///   - answer: the answer to a request of the API, and its number, from 1.
    init(
        pace: Pace = .atOnce,
        token: @escaping @Sendable (Int) -> Answer = { .response(200, [], TestToken.body("token-\($0)")) },
        answer: @escaping @Sendable (HTTPRequest, Int) -> Answer
    ) {
        self.pace = pace
        self.token = token
        self.answer = answer
        let seed: UInt64 = if case .shuffled(let seed) = pace { seed } else { 0 }
        state = Mutex(State(random: SplitMix64(seed: seed)))
    }

    /// What the API was asked; token requests are not among them.
    var requests: [HTTPRequest] { state.withLock { $0.requests } }
    var timeouts: [Duration?] { state.withLock { $0.timeouts } }
    var tokenRequests: Int { state.withLock { $0.tokens } }
    var mostInFlight: Int { state.withLock { $0.mostInFlight } }

    func send(
        _ request: HTTPRequest,
        timeout: Duration?,
        receiver: any HTTPResponseReceiver
    ) async throws(TransportError) {
        if request.url.hasPrefix("https://auth.example.org/") {
            let number = state.withLock { state in
                state.tokens += 1
                return state.tokens
            }
            try await ScriptedTransport([token(number)]).send(request, timeout: timeout, receiver: receiver)
            return
        }
        let (number, turns) = state.withLock { state in
            state.requests.append(request)
            state.timeouts.append(timeout)
            state.inFlight += 1
            state.mostInFlight = max(state.mostInFlight, state.inFlight)
            let turns = if case .shuffled = pace { Int(state.random.next() % 40) } else { 0 }
            return (state.requests.count, turns)
        }
        defer { state.withLock { $0.inFlight -= 1 } }
        for _ in 0..<turns { await Task.yield() }
        guard !Task.isCancelled else { throw .cancelled }
        try await ScriptedTransport([answer(request, number)]).send(request, timeout: timeout, receiver: receiver)
    }
}

extension HTTPRequest {
    /// The value of a query parameter, as sent.
    func query(_ name: String) -> String? {
        url.split(separator: "?").dropFirst().first?.split(separator: "&")
            .first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }

    /// The path, without the query.
    var path: String {
        String(url.dropFirst("https://api.example.org".count).prefix { $0 != "?" })
    }

    var bodyText: String { String(decoding: body ?? [], as: UTF8.self) }
}
