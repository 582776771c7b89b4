import Synchronization

/// The tokens that were issued, by their text.
///
/// A token is known by its bytes: what was not issued here is not in the registry, so no signature has to be checked again.
final class TokenRegistry: Sendable {
    /// What a token allows, and how long.
    struct Grant: Sendable, Equatable {
        let scopes: [String]
        let audience: String
        var expires: ContinuousClock.Instant
    }

    /// How many tokens are remembered. The oldest are forgotten first; a client that comes with one gets a 401.
    private static let capacity = 65_536

    private struct State {
        var grants: [String: Grant] = [:]
        var order: [String] = []
        var issued = 0
    }

    private let state = Mutex(State())

    /// Remembers a token.
    func add(_ token: String, _ grant: Grant) {
        state.withLock { state in
            if state.order.count == Self.capacity {
                for old in state.order.prefix(Self.capacity / 2) {
                    state.grants[old] = nil
                }
                state.order.removeFirst(Self.capacity / 2)
            }
            state.grants[token] = grant
            state.order.append(token)
            state.issued += 1
        }
    }

    /// What a token allows; nil if it was not issued here.
    func grant(of token: String) -> Grant? {
        state.withLock { $0.grants[token] }
    }

    /// Ends a token's life at once.
    func expire(_ token: String, now: ContinuousClock.Instant) {
        state.withLock { $0.grants[token]?.expires = now }
    }

    /// How many tokens were issued since the start.
    var issued: Int {
        state.withLock { $0.issued }
    }
}
