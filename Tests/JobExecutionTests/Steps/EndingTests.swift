import JobExecution
import JobSpec
import Testing

/// However a run ends, everything returns: no task, no continuation is left behind.
@Suite(.timeLimit(.minutes(1))) struct EndingTests {
    static let pages = """
        steps:
          - id: loans
            scopes: [read:loans]
            concurrency: 4
            request: { method: GET, path: /loans, timeout: 30s }
            paginator: { type: offset, limit: 1, total_path: $.total }
            data_selector: $.loans[*]
        """

    /// Page 3 never comes, those after it wait for their turn.
    @Test(arguments: [1, 1 << 20]) func cancellationReachesCallsAndThoseThatWaitForTheirTurn(window: Int) async throws {
        let never = Gate()
        let api = ScriptedAPI { request, _ in
            let offset = Int(request.query("offset")!)!
            let answer = ScriptedAPI.Answer.response(200, [], page(offset...offset, total: 50))
            return offset == 3 ? .gated(never, answer) : answer
        }
        var run = try TestRun(Self.pages, api: api)
        run.windowBytes = window
        let sink = run.sink
        let execution = Task { [run] in await run.execute() }
        while api.requests.count < 7 { await Task.yield() }
        execution.cancel()
        let report = await execution.value
        #expect(report.failure?.kind == .cancelled)
        #expect(sink.file("loans")?.ending == .abandoned)
        #expect(sink.file("loans")?.lines == records(0..<3))
    }

    @Test func cancellationEndsAWait() async throws {
        let clock = ManualClock()
        let api = ScriptedAPI { _, _ in .response(503, [HTTPField("Retry-After", "60")]) }
        let run = try TestRun(Self.pages, api: api, clock: clock)
        let execution = Task { await run.execute() }
        await clock.sleepers(atLeast: 1)
        execution.cancel()
        #expect(await execution.value.failure?.kind == .cancelled)
        #expect(clock.sleeping == 0)
    }

    @Test func aRunThatIsCancelledBeforeItBeginsCallsNothing() async throws {
        let api = ScriptedAPI { _, _ in .response(200, [], page(1...1, total: 1)) }
        let run = try TestRun(Self.pages, api: api)
        let gate = Gate()
        let execution = Task {
            await gate.opened()
            while !Task.isCancelled { await Task.yield() }
            return await run.execute()
        }
        gate.open()
        execution.cancel()
        #expect(await execution.value.failure?.kind == .cancelled)
        #expect(api.requests.isEmpty)
    }

    /// The last page says that there is less than was promised: what was asked for beyond it does not count.
    @Test func pagesBeyondTheLastOneAreDropped() async throws {
        let never = Gate()
        let api = ScriptedAPI { request, _ in
            let offset = Int(request.query("offset")!)!
            if offset > 2 { return .gated(never, .response(200, [], page(offset...offset, total: 50))) }
            return .response(200, [], page(offset...offset, total: offset == 2 ? 3 : 50))
        }
        let run = try TestRun(Self.pages, api: api)
        let report = await run.execute()
        #expect(report.isComplete)
        #expect(run.lines() == records(0..<3))
    }

    // MARK: Time

    @Test func anAttemptIsBoundByTheNearestLimit() async throws {
        func timeout(_ keys: String, job: String = "") async throws -> Duration? {
            let api = ScriptedAPI { _, _ in .response(200, [], page(1...1, total: 1)) }
            let run = try TestRun(job + Self.pages + keys, api: api)
            _ = await run.execute()
            return api.timeouts[0]
        }
        #expect(try await timeout("") == .seconds(30))
        #expect(try await timeout("\n    timeout: 20s") == .seconds(20))
        #expect(try await timeout("\n    timeout: 20s", job: "timeout: 10s\n") == .seconds(10))
        #expect(try await timeout("\n    timeout: 50s", job: "timeout: 40s\n") == .seconds(30))
    }

    @Test(arguments: ["\n    timeout: 40s", ""]) func retriesEndWithTheTime(own: String) async throws {
        let clock = ManualClock()
        let api = ScriptedAPI { _, _ in
            clock.advance(by: .seconds(30))
            return .failure(.timedOut(sent: true))
        }
        let job = own.isEmpty ? "timeout: 40s\n" : ""
        let run = try TestRun("retry: { initial_backoff: 1ms }\n" + job + Self.pages + own, api: api, clock: clock)
        let report = await run.executeThroughWaits()
        #expect(report.failure?.kind == .outOfTime)
        #expect(api.requests.count == 2)
        #expect(api.timeouts.count == 2)
    }

    @Test func aStepThatWouldBeginTooLateDoesNot() async throws {
        let clock = ManualClock()
        let api = ScriptedAPI { _, _ in
            clock.advance(by: .seconds(60))
            return .response(200, [], "{}")
        }
        let run = try TestRun(
            """
            timeout: 1m
            steps:
              - { id: one, scopes: [read:loans], request: { method: GET, path: /one } }
              - { id: two, scopes: [read:loans], request: { method: GET, path: /two } }
            """,
            api: api,
            clock: clock
        )
        let report = await run.execute()
        #expect(report.failure?.kind == .outOfTime)
        #expect(report.failure?.step?.name == "two")
        #expect(api.requests.count == 1)
        #expect(run.sink.file("one")?.ending == .published)
    }

    @Test func theRateLimitPacesAStep() async throws {
        let api = ScriptedAPI { request, _ in
            let offset = Int(request.query("offset")!)!
            return .response(200, [], page(offset...offset, total: 7))
        }
        let run = try TestRun(Self.pages + "\n    rate_limit: { requests: 2, per: 10s }", api: api)
        let report = await run.executeThroughWaits()
        #expect(report.isComplete)
        #expect(run.lines() == records(0..<7))
        #expect(report.duration == .seconds(30))
    }

    @Test func theBudgetOfRetriesIsShared() async throws {
        let api = ScriptedAPI { _, _ in .response(503) }
        let items = (0..<60).map(String.init).joined(separator: ", ")
        let run = try TestRun(
            """
            steps:
              - id: loans
                scopes: [read:loans]
                on_error: continue
                concurrency: 1
                for_each: [\(items)]
                request: { method: GET, path: "/loans/${{ item }}" }
            """,
            api: api
        )
        for _ in 0..<98 { _ = run.budget.withdraw() }
        let report = await run.executeThroughWaits()
        #expect(report.steps[0].state == .failed)
        // One token is put back by the token request that succeeded.
        #expect(api.requests.count == 4)
        #expect(report.steps[0].reason?.contains("budget of retries") == true)
    }
}
