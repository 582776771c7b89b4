package import JobPlan
package import JobSpec
package import Secrets

/// The tokens of a run: fetches each planned one when it is first needed and renews it before it expires.
///
/// Concurrent callers share one fetch. The fetch belongs to the store: a caller that is cancelled stops waiting, the fetch
/// and the other callers go on. Every token is registered with the redactor before any caller sees it.
package actor TokenStore {
    private typealias Waiter = AsyncStream<Result<AccessToken, TokenError>>.Continuation

    private let plan: [TokenID: RequestedScopes]
    private let fetcher: TokenFetcher
    private var slots: [TokenID: TokenSlot] = [:]
    private var waiters: [TokenID: [UInt64: Waiter]] = [:]
    private var fetches: [TokenID: Task<Void, Never>] = [:]
    private var lastWaiter: UInt64 = 0
    private var lastSerial = 0
    private var isClosed = false

    /// What happened so far, token by token.
    package private(set) var statistics: [TokenID: TokenStatistics]

    /// - Parameters:
    ///   - plan: the tokens that may be fetched, and for which scopes.
    ///   - budget: the run's shared budget of retries.
    ///   - deadline: when the run must have ended, on `clock`.
    ///   - timeout: the longest that one token request may take.
    package init(
        plan: [TokenID: RequestedScopes],
        credentials: ClientCredentials,
        transport: any HTTPTransport,
        policy: RetryPolicy = .standard,
        budget: RetryBudget,
        random: SharedRandom,
        clock: RunClock,
        wallClock: WallClock,
        redactor: Redactor,
        deadline: Duration? = nil,
        timeout: Duration = .seconds(30)
    ) {
        self.plan = plan
        statistics = plan.mapValues { TokenStatistics(requested: $0.scopes) }
        fetcher = TokenFetcher(
            credentials: credentials,
            transport: transport,
            policy: policy,
            budget: budget,
            random: random,
            clock: clock,
            wallClock: wallClock,
            redactor: redactor,
            deadline: deadline,
            timeout: timeout
        )
        redactor.register(credentials.clientID)
        redactor.register(credentials.clientSecret)
    }

    /// A token to sign a request with now. Ask again at each attempt.
    package func token(_ id: TokenID) async throws(TokenError) -> AccessToken {
        guard let scopes = plan[id] else { throw .notPlanned(id) }
        guard !isClosed, !Task.isCancelled else { throw .cancelled }
        switch slots[id, default: TokenSlot()].request(at: fetcher.clock.now) {
        case .use(let token): return token
        case .useAndFetch(let token):
            startFetch(id, scopes)
            return token
        case .fail(let error): throw error
        case .fetchAndWait:
            startFetch(id, scopes)
            return try await wait(for: id)
        case .wait: return try await wait(for: id)
        }
    }

    /// Starts the fetch of a planned token that will be asked for soon, and does not wait for it. Whoever asks first gets
    /// what it came to.
    package func fetchAhead(_ id: TokenID) {
        guard let scopes = plan[id], !isClosed else { return }
        if case .fetchAndWait = slots[id, default: TokenSlot()].request(at: fetcher.clock.now) {
            startFetch(id, scopes)
        }
    }

    /// The API refused `token`: it is not used again. Where another caller has said so before, this does nothing, so
    /// that ten refused calls lead to one fetch.
    package func refused(_ id: TokenID, token: AccessToken) {
        guard slots[id]?.refuse(token) == true else { return }
        statistics[id]?.refusals += 1
    }

    /// Ends the fetches that are under way; callers get ``TokenError/cancelled`` from now on.
    package func close() {
        isClosed = true
        for fetch in fetches.values { fetch.cancel() }
        for id in waiters.keys { resume(id, with: .failure(.cancelled)) }
    }

    /// How many callers wait for a fetch of that token.
    package func waiting(for id: TokenID) -> Int { waiters[id]?.count ?? 0 }

    private func startFetch(_ id: TokenID, _ scopes: RequestedScopes) {
        fetches[id] = Task {
            let outcome = await fetcher.fetch(scopes)
            finish(id, outcome)
        }
    }

    private func finish(_ id: TokenID, _ outcome: TokenFetcher.Outcome) {
        fetches[id] = nil
        lastSerial += 1
        let result = outcome.result.map { token in
            var numbered = token
            numbered.serial = lastSerial
            return numbered
        }
        slots[id]?.finish(result, at: fetcher.clock.now)
        record(id, result, attempts: outcome.attempts)
        resume(id, with: result)
    }

    private func record(_ id: TokenID, _ result: Result<AccessToken, TokenError>, attempts: Int) {
        statistics[id]?.requests += attempts
        guard case .success(let token) = result else {
            statistics[id]?.failures += 1
            return
        }
        statistics[id]?.tokens += 1
        statistics[id]?.granted = token.granted
        statistics[id]?.grantSource = token.grantSource
    }

    private func resume(_ id: TokenID, with result: Result<AccessToken, TokenError>) {
        for waiter in (waiters.removeValue(forKey: id) ?? [:]).values {
            waiter.yield(result)
            waiter.finish()
        }
    }

    private func wait(for id: TokenID) async throws(TokenError) -> AccessToken {
        let (results, waiter) = AsyncStream.makeStream(
            of: Result<AccessToken, TokenError>.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        lastWaiter += 1
        let number = lastWaiter
        waiters[id, default: [:]][number] = waiter
        for await result in results { return try result.get() }
        // The stream ended without a result: this task was cancelled.
        waiters[id]?[number] = nil
        throw .cancelled
    }
}
