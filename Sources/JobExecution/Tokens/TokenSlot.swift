/// The life of one planned token, as a pure machine: when to use what is there, when to fetch, whom to keep waiting.
struct TokenSlot: Sendable {
    /// What to do for a caller that wants the token.
    enum Action: Sendable {
        /// Use this one.
        case use(AccessToken)
        /// Use this one, and start a fetch: it expires soon.
        case useAndFetch(AccessToken)
        /// Start a fetch and wait for it.
        case fetchAndWait
        /// Wait for the fetch that is under way.
        case wait
        /// There won't be one: the authorization server has refused it.
        case fail(TokenError)
    }

    /// The token in use; `nil` before the first one, and after one was refused by the API.
    private(set) var current: AccessToken?
    private var isFetching = false
    private var refusal: TokenError?
    /// An early renewal failed: the next one not before this instant.
    private var renewalNotBefore = Duration.zero

    /// A caller wants the token at `now`.
    mutating func request(at now: Duration) -> Action {
        if let current, current.expiresAt.map({ now < $0 }) ?? true {
            let isDue = current.renewAt.map { $0 <= now } ?? false
            guard isDue, !isFetching, renewalNotBefore <= now else { return .use(current) }
            isFetching = true
            return .useAndFetch(current)
        }
        if let refusal { return .fail(refusal) }
        if isFetching { return .wait }
        isFetching = true
        return .fetchAndWait
    }

    /// The fetch has ended at `now`.
    ///
    /// A refusal is remembered, so that a thousand calls don't knock a thousand times with a wrong secret. While the old
    /// token is still valid a failure costs nothing: half of the remaining life later the renewal is tried again.
    mutating func finish(_ result: Result<AccessToken, TokenError>, at now: Duration) {
        isFetching = false
        switch result {
        case .success(let token):
            current = token
            renewalNotBefore = .zero
        case .failure(let error):
            if let expiry = current?.expiresAt, now < expiry {
                renewalNotBefore = now + (expiry - now) / 2
            } else if case .refused = error {
                refusal = error
            }
        }
    }

    /// The API refused a token.
    ///
    /// - Returns: whether it was the one in use. If not, another caller has seen to it already.
    mutating func refuse(_ token: AccessToken) -> Bool {
        guard current?.serial == token.serial else { return false }
        current = nil
        return true
    }
}
