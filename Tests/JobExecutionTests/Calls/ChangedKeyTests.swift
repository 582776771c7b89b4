import JobExecution
import JobSpec
import Testing

/// A write that was under way when its run was interrupted, and whose idempotency key is another one at the resume: the
/// API would take it for a second one.
@Suite(.timeLimit(.minutes(1))) struct ChangedKeyTests {
    static func job(_ key: String, method: String = "POST", rest: String = "") -> String {
        """
        vars: { build: 2 }
        steps:
          - id: loans
            scopes: [create:loan]
            for_each: [a, b, c]
            concurrency: 1
            request: { method: \(method), path: /loans, json: { a: "${{ item }}" } }
        \(key.isEmpty ? "" : "    idempotency_key: \(key)")
        \(rest)
        """
    }

    static let key = "${{ vars.build }}-${{ item }}"
    static let probe = """
            reconcile:
              request: { path: "/loans/${{ item }}" }
              scopes: [read:loans]
              found: $.loans[*]
        """

    /// The first call was done, and those of the given keys were under way.
    static func interrupted(_ keys: [Int: String]) -> ResumePoint {
        var begun = ResumePoint.BegunStep()
        begun.lastPage = PageCommit(item: 0, page: 0, records: 1)
        for (call, key) in keys {
            begun.calls[call] = CallOutcome(
                intent: CallIntent(call: call, key: key, items: call..<call + 1),
                state: .unknown
            )
        }
        var resume = ResumePoint()
        resume.begun[StepID("loans")!] = begun
        return resume
    }

    static func api(isThere: Bool = false) -> ScriptedAPI {
        ScriptedAPI { request, _ in
            .response(200, [], request.method == "GET" && isThere ? #"{"loans":[1]}"# : #"{"loans":[]}"#)
        }
    }

    @Test(arguments: [key, "auto"], ["1-b", "loans#1"])
    func nothingIsSentUnderAnotherKey(key: String, before: String) async throws {
        let api = Self.api()
        let run = try TestRun(Self.job(key), api: api)
        let failure = try #require(await run.execute(resume: Self.interrupted([1: before])).failure)
        #expect(api.requests.isEmpty)
        #expect(failure.kind == .unknownOutcome)
        #expect(failure.message.contains("the idempotency key is another now"))
        let now = key == "auto" ? "/loans/1" : "2-b"
        let sent = before == "loans#1" ? "was sent without an idempotency key, " : ""
        #expect(failure.help[0] == "`\(before)`: item 2; \(sent)would now have the key `\(now)`")
        #expect(failure.help.last?.contains("runner resolve  '\(before)' --done") == true)
    }

    /// One call that can't be sent again holds the whole step up; those that can are not listed.
    @Test func onlyTheCallsOfOtherKeysAreListed() async throws {
        let api = Self.api()
        let run = try TestRun(Self.job(Self.key), api: api)
        let report = await run.execute(resume: Self.interrupted([1: "2-b", 2: "1-c"]))
        #expect(api.requests.isEmpty)
        #expect(report.failure?.message.hasPrefix("nobody knows whether this call took effect") == true)
        #expect(report.failure?.help.contains { $0.contains("2-b") } == false)
    }

    @Test func theSameKeyIsSentAgain() async throws {
        let api = Self.api()
        let run = try TestRun(Self.job(Self.key), api: api)
        #expect(await run.execute(resume: Self.interrupted([1: "2-b"])).failure == nil)
        #expect(api.requests.map { $0.fields["Idempotency-Key"] } == ["2-b", "2-c"])
    }

    @Test(arguments: [true, false]) func aProbeIsAsked(isThere: Bool) async throws {
        let api = Self.api(isThere: isThere)
        let run = try TestRun(Self.job(Self.key, rest: Self.probe), api: api)
        #expect(await run.execute(resume: Self.interrupted([1: "1-b"])).failure == nil)
        let sent = api.requests.map { "\($0.method) \($0.fields["Idempotency-Key"] ?? $0.path)" }
        #expect(sent == (isThere ? ["GET /loans/b", "POST 2-c"] : ["GET /loans/b", "POST 2-b", "POST 2-c"]))
    }

    /// The method says that it counts once, whatever its key.
    @Test func aPutIsSentAgain() async throws {
        let api = Self.api()
        let run = try TestRun(Self.job(Self.key, method: "PUT"), api: api)
        #expect(await run.execute(resume: Self.interrupted([1: "1-b"])).failure == nil)
        #expect(api.requests.count == 2)
    }

    /// The key is no longer there to be recognised by.
    @Test func aKeyThatWasTakenAwaySettlesNothing() async throws {
        let api = Self.api()
        let run = try TestRun(Self.job(""), api: api)
        let failure = await run.execute(resume: Self.interrupted([1: "1-b"])).failure
        #expect(failure?.kind == .unknownOutcome)
        #expect(failure?.help.first == "`1-b`: item 2")
        #expect(api.requests.isEmpty)
    }
}
