import JobExecution
import JobSpec
import Testing

/// What becomes of a write when the time of its step or job is up.
@Suite(.timeLimit(.minutes(1))) struct WriteDeadlineTests {
    static func job(_ rest: String = "", request: String = "") -> String {
        """
        steps:
          - id: loans
            scopes: [create:loan]
            timeout: 20s
            concurrency: 1
            for_each: [1, 2]
            request: { method: POST, path: "/loans/${{ item }}", json: { a: 1 }\(request) }
        \(rest)
        """
    }

    static let probe = """
            retry: { initial_backoff: 2s }
            reconcile:
              request: { path: "/loans/${{ item }}" }
              scopes: [read:loans]
              found: $.loans[*]
        """

    /// Cut short it would be of unknown outcome: it gets the ten seconds that a signal gives as well.
    @Test func aWriteMayEndAfterTheTimeIsUp() async throws {
        let clock = ManualClock()
        let api = ScriptedAPI { _, _ in
            clock.advance(by: .seconds(19))
            return .response(201, [], "{}")
        }
        let run = try TestRun(Self.job(), api: api, clock: clock)
        #expect(await run.execute().failure == nil)
        #expect(api.timeouts == [.seconds(30), .seconds(11)])
        #expect(run.sink.file("loans")?.outcomes.mapValues(\.state) == [0: .done, 1: .done])
    }

    @Test func itsOwnTimeoutHoldsAllTheSame() async throws {
        let api = ScriptedAPI { _, _ in .response(201, [], "{}") }
        _ = await (try TestRun(Self.job(request: ", timeout: 25s"), api: api)).execute()
        #expect(api.timeouts == [.seconds(25), .seconds(25)])
    }

    @Test func noneBeginsAfterTheTimeIsUp() async throws {
        let clock = ManualClock()
        let api = ScriptedAPI { _, _ in
            clock.advance(by: .seconds(20))
            return .response(201, [], "{}")
        }
        let run = try TestRun(Self.job(), api: api, clock: clock)
        #expect(await run.execute().failure?.kind == .outOfTime)
        #expect(api.requests.count == 1)
        #expect(run.sink.file("loans")?.outcomes.mapValues(\.state) == [0: .done, 1: .notDone])
    }

    /// The write has been acted on: what is left is to read its result.
    @Test(arguments: [(25, true), (30, false)])
    func theResultOfAWriteIsReadInTheTimeThatIsLeftForIt(seconds: Int, isRead: Bool) async throws {
        let clock = ManualClock()
        let api = ScriptedAPI { _, number in
            guard number == 1 else { return .response(200, [], "{}") }
            clock.advance(by: .seconds(seconds))
            return .response(303, [HTTPField("Location", "/result")])
        }
        let run = try TestRun(Self.job("    rate_limit: { requests: 10, per: 1s }"), api: api, clock: clock)
        let report = await run.execute()
        #expect(report.failure?.kind == (isRead ? .outOfTime : .unknownOutcome))
        #expect(api.requests.map(\.method) == (isRead ? ["POST", "GET"] : ["POST"]))
        #expect(run.sink.file("loans")?.outcomes[0]?.state == (isRead ? .done : .unknown))
    }

    /// The probe would come too late, or too early to be believed: a resume asks.
    @Test(arguments: [17, 18]) func aProbeThatCannotComeInTimeIsNotWaitedFor(seconds: Int) async throws {
        let clock = ManualClock()
        let api = ScriptedAPI { request, number in
            if request.method == "GET" { return .response(200, [], #"{"loans":[1]}"#) }
            if number == 1 { clock.advance(by: .seconds(seconds)) }
            return number == 1 ? .failure(.lost(reason: "reset")) : .response(201, [], "{}")
        }
        let run = try TestRun(Self.job(Self.probe), api: api, clock: clock)
        let report = await run.executeThroughWaits()
        guard seconds == 18 else {
            #expect(report.failure == nil)
            return
        }
        #expect(report.failure?.kind == .unknownOutcome)
        #expect(report.failure?.help.contains("the next resume asks by `reconcile`: runner resume ") == true)
        #expect(api.requests.count == 1)
        #expect(report.duration == .seconds(18))
        #expect(run.sink.file("loans")?.outcomes[0]?.state == .unknown)
    }
}
