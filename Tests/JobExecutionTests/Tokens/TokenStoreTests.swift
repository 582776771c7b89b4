import JobExecution
import JobPlan
import JobSpec
import Secrets
import Testing

@Suite(.timeLimit(.minutes(1))) struct TokenStoreTests {
    typealias Answer = ScriptedTransport.Answer

    let clock = ManualClock()
    let redactor = Redactor()
    let budget = RetryBudget()
    let id = TokenID(name: "loans")

    func store(
        _ transport: ScriptedTransport,
        policy: RetryPolicy = RetryPolicy(initialBackoff: .zero),
        deadline: Duration? = nil,
        plan: [TokenID: Set<Scope>]? = nil
    ) -> TokenStore {
        TokenStore(
            plan: (plan ?? [id: scopes("read:loans")]).compactMapValues(RequestedScopes.init(_:)),
            credentials: ClientCredentials(
                tokenURL: "https://auth.example.org/oauth/token",
                audience: "https://api.example.org",
                clientID: Secret("the-client"),
                clientSecret: Secret("the-secret")
            ),
            transport: transport,
            policy: policy,
            budget: budget,
            random: SharedRandom(seed: 1),
            clock: RunClock(clock),
            wallClock: WallClock { [clock] in .seconds(1_700_000_000) + clock.now.offset },
            redactor: redactor,
            deadline: deadline
        )
    }

    static func token(_ value: String, life: Int = 1_000) -> Answer {
        .response(200, [], TestToken.body(value, #","expires_in":\#(life)"#))
    }

    /// The error of a call that must fail.
    func failure(_ store: TokenStore) async -> TokenError? {
        do throws(TokenError) {
            _ = try await store.token(id)
            return nil
        } catch {
            return error
        }
    }

    // MARK: Fetching

    @Test func aTokenIsFetchedOnceAndUsedUntilItIsDue() async throws {
        let transport = ScriptedTransport([Self.token("t1")])
        let store = store(transport)
        for _ in 0..<3 {
            #expect(try await store.token(id).value == Secret("t1"))
            clock.advance(by: .seconds(300))
        }
        #expect(transport.requests.count == 1)
        #expect(transport.requests[0].url == "https://auth.example.org/oauth/token")
        #expect(await store.statistics[id]?.tokens == 1)
    }

    @Test func tokensAndCredentialsAreMaskedFromThenOn() async throws {
        let store = store(ScriptedTransport([Self.token("very-secret-token")]))
        #expect(redactor.redact("the-client the-secret") == "••• •••")
        _ = try await store.token(id)
        #expect(redactor.redact("Bearer very-secret-token") == "Bearer •••")
    }

    @Test func aTokenFetchedAheadIsTheOneThatIsUsed() async throws {
        let transport = ScriptedTransport([Self.token("t1")])
        let store = store(transport)
        await store.fetchAhead(id)
        await store.fetchAhead(id)
        await store.fetchAhead(TokenID(name: "other"))
        #expect(try await store.token(id).value == Secret("t1"))
        await store.fetchAhead(id)
        #expect(try await store.token(id).value == Secret("t1"))
        #expect(transport.requests.count == 1)
    }

    /// Its failure is for whoever asks for the token, as if it had been fetched then.
    @Test func whatFailsAheadFailsTheFirstCaller() async {
        let transport = ScriptedTransport([.response(401, [], #"{"error":"invalid_client"}"#)])
        let store = store(transport)
        await store.fetchAhead(id)
        guard case .refused = await failure(store) else {
            Issue.record("a refusal was expected")
            return
        }
        #expect(transport.requests.count == 1)
    }

    @Test func aClosedStoreFetchesNothingAhead() async {
        let transport = ScriptedTransport([])
        let store = store(transport)
        await store.close()
        await store.fetchAhead(id)
        #expect(await failure(store) == .cancelled)
        #expect(transport.requests.isEmpty)
    }

    @Test func whatIsNotPlannedIsNotRequested() async {
        let transport = ScriptedTransport([])
        let store = store(transport)
        let other = TokenID(name: "other")
        await #expect(throws: TokenError.notPlanned(other)) { try await store.token(other) }
        #expect(transport.requests.isEmpty)
    }

    @Test func everyPlannedTokenIsItsOwn() async throws {
        let transport = ScriptedTransport([Self.token("t1"), Self.token("t2")])
        let second = TokenID(name: "aaa")
        let store = store(transport, plan: [id: scopes("read:loans"), second: scopes("create:repayment")])
        #expect(try await store.token(second).value == Secret("t1"))
        #expect(try await store.token(id).value == Secret("t2"))
        #expect(await store.statistics[id]?.grantSource == .assumed)
        #expect(await store.statistics[second]?.granted == scopes("create:repayment"))
    }

    @Test func chunksOfOneByteMakeTheSameToken() async throws {
        let body = Array(TestToken.body("t1").utf8)
        let store = store(ScriptedTransport([.response(200, [], body, chunk: 1)]))
        #expect(try await store.token(id).value == Secret("t1"))
    }

    @Test func anEndlessBodyIsCutOff() async {
        let flood = [UInt8](repeating: 0x20, count: TokenResponse.bodyLimit + 1)
        let transport = ScriptedTransport([.response(200, [], flood, chunk: 1 << 16)], repeatsLast: true)
        let error = await failure(store(transport))
        guard case .protocolViolation(let violation) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(violation.reason.contains("longer than 1 MiB"))
        #expect(transport.requests.count == 1)
    }

    // MARK: Retries

    @Test func troubleIsRetriedAndTheRequestIsTheSame() async throws {
        let transport = ScriptedTransport([
            .failure(.notSent(reason: "refused")), .response(503), .response(200, [], "{\"access_to"),
            .cut(200, [], Array("{".utf8), .lost(reason: "reset")), Self.token("t1"),
        ])
        let store = store(transport)
        #expect(try await store.token(id).value == Secret("t1"))
        #expect(Set(transport.requests).count == 1)
        #expect(await store.statistics[id]?.requests == 5)
        #expect(budget.remaining == budget.capacity - 4 + 1)
    }

    @Test func retryAfterIsWaitedForOnTheClock() async throws {
        let transport = ScriptedTransport([.response(429, [HTTPField("Retry-After", "30")]), Self.token("t1")])
        let store = store(transport)
        let caller = Task { try await store.token(id) }
        await clock.sleepers(atLeast: 1)
        clock.advance(by: .seconds(29))
        #expect(transport.requests.count == 1)
        clock.advance(by: .seconds(1))
        #expect(try await caller.value.value == Secret("t1"))
    }

    @Test func aLongRetryAfterNamesTheTime() async {
        let transport = ScriptedTransport([.response(429, [HTTPField("Retry-After", "900")])])
        let error = await failure(store(transport))
        #expect(error?.hint == "try again at 2023-11-14T22:28:20Z")
        #expect(transport.requests.count == 1)
    }

    @Test(arguments: [
        Answer.response(401, [], #"{"error":"invalid_client"}"#), .response(400, [], #"{"error":"invalid_scope"}"#),
        .response(200, [], "<html>"), .response(403), .response(302), .failure(.invalidRequest(reason: "bad URL")),
    ])
    func finalAnswersAreNotRetried(_ answer: Answer) async {
        let transport = ScriptedTransport([answer], repeatsLast: true)
        #expect(await failure(store(transport)) != nil)
        #expect(transport.requests.count == 1)
    }

    @Test func attemptsAreBounded() async {
        let transport = ScriptedTransport([.response(500)], repeatsLast: true)
        let store = store(transport)
        guard case .unavailable(let unavailability) = await failure(store) else {
            Issue.record("not unavailable")
            return
        }
        #expect(unavailability.status == 500)
        #expect(transport.requests.count == 5)
        #expect(await store.statistics[id]?.failures == 1)
    }

    @Test func reasonsOfTheTransportHoldNoSecret() async {
        let transport = ScriptedTransport(
            [.failure(.notSent(reason: "can't send client_secret=the-secret"))],
            repeatsLast: true
        )
        let error = await failure(store(transport))
        #expect(
            error?.message
                == "the token endpoint https://auth.example.org/oauth/token can't be reached: can't send client_secret=•••"
        )
    }

    @Test func anEndpointThatProvesNothingIsAskedOnce() async {
        let transport = ScriptedTransport([.failure(.untrusted(reason: "unknown issuer"))], repeatsLast: true)
        let error = await failure(store(transport))
        #expect(
            error?.message
                == "the token endpoint https://auth.example.org/oauth/token can't be trusted: unknown issuer"
        )
        #expect(error?.hint.contains("ca_file") == true)
        #expect(transport.requests.count == 1)
    }

    @Test func aProxyThatRefusesTheCredentialsIsAskedOnce() async {
        let transport = ScriptedTransport([.failure(.refusedByProxy(reason: "the proxy p (407)"))], repeatsLast: true)
        let error = await failure(store(transport))
        #expect(error?.message == "the token request can't be sent: the proxy p (407)")
        #expect(error?.hint.contains("https_proxy") == true)
        #expect(transport.requests.count == 1)
    }

    @Test func aRefusalIsRememberedButTroubleIsNot() async throws {
        let refusing = ScriptedTransport([.response(401, [], #"{"error":"invalid_client"}"#)], repeatsLast: true)
        let refused = store(refusing)
        let first = await failure(refused)
        #expect(await failure(refused) == first)
        #expect(refusing.requests.count == 1)

        let troubled = ScriptedTransport([.response(501), Self.token("t1")])
        let recovering = store(troubled)
        #expect(await failure(recovering) != nil)
        #expect(try await recovering.token(id).value == Secret("t1"))
    }

    // MARK: Single flight and cancellation

    @Test func concurrentCallersShareOneFetch() async throws {
        let gate = Gate()
        let transport = ScriptedTransport([.gated(gate, Self.token("t1"))])
        let store = store(transport)
        let callers = (0..<50).map { _ in Task { try await store.token(id).value } }
        await transport.requests(atLeast: 1)
        while await store.waiting(for: id) < 50 { await Task.yield() }
        gate.open()
        for caller in callers { #expect(try await caller.value == Secret("t1")) }
        #expect(transport.requests.count == 1)
    }

    @Test func aCancelledCallerStopsWaitingAndTheOthersDoNot() async throws {
        let gate = Gate()
        let transport = ScriptedTransport([.gated(gate, Self.token("t1"))])
        let store = store(transport)
        let first = Task { try await store.token(id).value }
        await transport.requests(atLeast: 1)
        let second = Task { try await store.token(id).value }
        while await store.waiting(for: id) < 2 { await Task.yield() }
        first.cancel()
        await #expect(throws: TokenError.cancelled) { try await first.value }
        #expect(await store.waiting(for: id) == 1)
        gate.open()
        #expect(try await second.value == Secret("t1"))
        #expect(transport.requests.count == 1)
    }

    @Test func aFetchOutlivesAllItsCallers() async throws {
        let gate = Gate()
        let transport = ScriptedTransport([.gated(gate, Self.token("t1"))])
        let store = store(transport)
        let only = Task { try await store.token(id).value }
        await transport.requests(atLeast: 1)
        only.cancel()
        await #expect(throws: TokenError.cancelled) { try await only.value }
        gate.open()
        #expect(try await store.token(id).value == Secret("t1"))
        #expect(transport.requests.count == 1)
    }

    @Test func closingEndsTheFetchAndItsCallers() async {
        let transport = ScriptedTransport([.gated(Gate(), Self.token("t1"))])
        let store = store(transport)
        let caller = Task { try await store.token(id).value }
        await transport.requests(atLeast: 1)
        while await store.waiting(for: id) < 1 { await Task.yield() }
        await store.close()
        await #expect(throws: TokenError.cancelled) { try await caller.value }
        #expect(await failure(store) == .cancelled)
    }

    @Test func closingEndsARetryThatWaits() async {
        let transport = ScriptedTransport([.response(503, [HTTPField("Retry-After", "60")])], repeatsLast: true)
        let store = store(transport)
        let caller = Task { try await store.token(id).value }
        await clock.sleepers(atLeast: 1)
        await store.close()
        await #expect(throws: TokenError.cancelled) { try await caller.value }
        while clock.sleeping > 0 { await Task.yield() }
        #expect(transport.requests.count == 1)
    }

    // MARK: Refusals by the API

    @Test func tenRefusedCallsLeadToOneRefresh() async throws {
        let transport = ScriptedTransport([Self.token("t1"), Self.token("t2")])
        let store = store(transport)
        let old = try await store.token(id)
        let values = try await withThrowingTaskGroup(of: Secret.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    await store.refused(id, token: old)
                    return try await store.token(id).value
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(values == Array(repeating: Secret("t2"), count: 10))
        #expect(transport.requests.count == 2)
        #expect(await store.statistics[id]?.refusals == 1)
    }

    @Test func aRefusalOfAnOldTokenLeavesTheNewOne() async throws {
        // The server may even repeat the value.
        let transport = ScriptedTransport([Self.token("same"), Self.token("same")])
        let store = store(transport)
        let old = try await store.token(id)
        await store.refused(id, token: old)
        let new = try await store.token(id)
        await store.refused(id, token: old)
        #expect(try await store.token(id).serial == new.serial)
        #expect(new.serial != old.serial)
        #expect(transport.requests.count == 2)
    }

    // MARK: Renewal

    @Test func renewalStartsAheadAndNobodyWaitsForIt() async throws {
        let gate = Gate()
        let transport = ScriptedTransport([Self.token("t1"), .gated(gate, Self.token("t2"))])
        let store = store(transport)
        _ = try await store.token(id)
        clock.advance(by: .seconds(939))
        _ = try await store.token(id)
        #expect(transport.requests.count == 1)
        clock.advance(by: .seconds(1))
        for _ in 0..<5 { #expect(try await store.token(id).value == Secret("t1")) }
        await transport.requests(atLeast: 2)
        gate.open()
        while await store.statistics[id]?.tokens != 2 { await Task.yield() }
        #expect(try await store.token(id).value == Secret("t2"))
        #expect(transport.requests.count == 2)
        #expect(transport.requests[0] == transport.requests[1])
    }

    @Test func callersWaitForARenewalOnceTheOldTokenHasExpired() async throws {
        let gate = Gate()
        let transport = ScriptedTransport([Self.token("t1"), .gated(gate, Self.token("t2"))])
        let store = store(transport)
        _ = try await store.token(id)
        clock.advance(by: .seconds(950))
        _ = try await store.token(id)
        await transport.requests(atLeast: 2)
        clock.advance(by: .seconds(50))
        let caller = Task { try await store.token(id).value }
        while await store.waiting(for: id) < 1 { await Task.yield() }
        gate.open()
        #expect(try await caller.value == Secret("t2"))
        #expect(transport.requests.count == 2)
    }

    @Test(arguments: [Answer.response(401, [], #"{"error":"invalid_client"}"#), .response(501)])
    func aFailedRenewalKeepsTheOldTokenWhileItIsValid(_ failure: Answer) async throws {
        let transport = ScriptedTransport([Self.token("t1"), failure, Self.token("t2")])
        let store = store(transport)
        _ = try await store.token(id)
        clock.advance(by: .seconds(940))
        #expect(try await store.token(id).value == Secret("t1"))
        while await store.statistics[id]?.failures != 1 { await Task.yield() }
        // 60 s are left: the next attempt comes after half of them, not with every call.
        clock.advance(by: .seconds(29))
        for _ in 0..<5 { #expect(try await store.token(id).value == Secret("t1")) }
        #expect(transport.requests.count == 2)
        clock.advance(by: .seconds(1))
        #expect(try await store.token(id).value == Secret("t1"))
        while await store.statistics[id]?.tokens != 2 { await Task.yield() }
        #expect(try await store.token(id).value == Secret("t2"))
    }

    @Test func anExpiredTokenIsNeverHandedOut() async throws {
        let transport = ScriptedTransport([Self.token("t1", life: 2), Self.token("t2", life: 2)])
        let store = store(transport)
        _ = try await store.token(id)
        clock.advance(by: .seconds(2))
        #expect(try await store.token(id).value == Secret("t2"))
    }

    @Test func aTokenWithoutALifetimeIsKeptUntilItIsRefused() async throws {
        let transport = ScriptedTransport([.response(200, [], TestToken.body("t1", "")), Self.token("t2")])
        let store = store(transport)
        let first = try await store.token(id)
        clock.advance(by: .seconds(1_000_000_000))
        #expect(try await store.token(id).value == Secret("t1"))
        await store.refused(id, token: first)
        #expect(try await store.token(id).value == Secret("t2"))
    }

    @Test func theDeadlineOfTheRunBoundsTheRetries() async {
        let transport = ScriptedTransport([.response(503, [HTTPField("Retry-After", "60")])], repeatsLast: true)
        let error = await failure(store(transport, deadline: .seconds(60)))
        #expect(error?.hint == "try again at 2023-11-14T22:14:20Z")
        #expect(transport.requests.count == 1)
    }

    /// Random calls, refusals, cancellations and steps of the clock: never an expired token, never a needless fetch.
    @Test func noOrderOfEventsBreaksTheStore() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        let script = (0..<2_000).map { number -> Answer in
            number % 7 == 3 ? .response(503) : Self.token("t\(number)", life: 20)
        }
        let transport = ScriptedTransport(script)
        let store = store(transport)
        var due = 1
        for _ in 0..<300 {
            let callers = (0..<Int.random(in: 1...8, using: &random)).map { _ in Task { try await store.token(id) } }
            for caller in callers where Int.random(in: 0..<5, using: &random) == 0 { caller.cancel() }
            var tokens: [AccessToken] = []
            for caller in callers {
                do {
                    tokens.append(try await caller.value)
                } catch {
                    #expect(error as? TokenError == .cancelled, "seed \(seed)")
                }
            }
            #expect(tokens.allSatisfy { ($0.expiresAt ?? .zero) > clock.now.offset }, "seed \(seed)")
            if let token = tokens.first, Int.random(in: 0..<4, using: &random) == 0 {
                await store.refused(id, token: token)
                due += 1
            }
            let step = Int.random(in: 0...12, using: &random)
            if step > 0 { due += 1 }
            clock.advance(by: .seconds(step))
        }
        let fetched = await store.statistics[id]?.tokens ?? 0
        #expect((10...due).contains(fetched), "seed \(seed)")
    }
}
