import JobExecution
import JobSpec
import Testing

/// Writes side by side: what is noted of them, and when the next one may be sent.
@Suite(.timeLimit(.minutes(1))) struct WriteOrderTests {
    static func job(_ concurrency: Int, items: Int, onError: String = "fail") -> String {
        """
        steps:
          - id: loans
            scopes: [create:loan]
            concurrency: \(concurrency)
            on_error: \(onError)
            for_each: [\((0..<items).map(String.init).joined(separator: ", "))]
            idempotency_key: ${{ item }}
            request: { method: POST, path: "/loans/${{ item }}", json: { a: 1 } }
        """
    }

    static func item(_ request: HTTPRequest) -> Int { Int(request.path.split(separator: "/").last ?? "") ?? -1 }

    @Test(arguments: [1, 2, 5, 16], 1...6)
    func noMoreAreInFlightThanAllowed(concurrency: Int, seed: Int) async throws {
        let api = ScriptedAPI(pace: .shuffled(seed: UInt64(seed))) { request, _ in
            Self.item(request) % 7 == 3 ? .response(422) : .response(200, [], "{}")
        }
        let run = try TestRun(Self.job(concurrency, items: 60, onError: "skip"), api: api)
        let report = await run.execute()
        #expect(report.failure == nil)
        #expect(api.mostInFlight <= concurrency)
        #expect(Set(api.requests.map(Self.item)) == Set(0..<60))
        #expect(api.requests.count == 60)
        let file = try #require(run.sink.file("loans"))
        // No line before its outcome was on the disk, and the lines in order.
        #expect(!file.wasMisused)
        #expect(file.commits.map(\.item) == Array(0..<60))
        #expect(file.rejects.count == (0..<60).count { $0 % 7 == 3 })
        #expect(Set(file.notes.filter { $0.hasPrefix("intend") }).count == 60)
    }

    /// One at a time, nothing is noted of a write before the one ahead of it has landed.
    @Test func oneAfterTheOther() async throws {
        let api = ScriptedAPI { _, _ in .response(200, [], "{}") }
        let run = try TestRun(Self.job(1, items: 4), api: api)
        #expect(await run.execute().isComplete)
        let expected = (0..<4).flatMap { ["intend \($0)", "done \($0)", "commit \($0)"] }
        #expect(run.sink.file("loans")?.notes == expected)
    }

    /// The answered ones wait for the first of their step, and those after them go on.
    @Test func aSlowWriteDoesNotHoldUpTheOthers() async throws {
        let gate = Gate()
        let api = ScriptedAPI { request, _ in
            // The last that there is room for: two have been answered by then, and wait.
            if Self.item(request) == 3 { gate.open() }
            let answer = ScriptedAPI.Answer.response(200, [], "{}")
            return Self.item(request) == 0 ? .gated(gate, answer) : answer
        }
        let run = try TestRun(Self.job(2, items: 6), api: api)
        #expect(await run.execute().isComplete)
        #expect(run.sink.file("loans")?.commits.map(\.item) == Array(0..<6))
        #expect(api.mostInFlight == 2)
        #expect(run.sink.file("loans")?.wasMisused == false)
    }

    /// What is refused ends the step: nothing is sent in its place.
    @Test(arguments: 1...8) func aRefusalMakesNoRoom(seed: Int) async throws {
        let api = ScriptedAPI(pace: .shuffled(seed: UInt64(seed))) { _, _ in .response(422) }
        let run = try TestRun(Self.job(3, items: 40), api: api)
        let report = await run.execute()
        #expect(report.failure?.kind == .refused)
        #expect(api.requests.count <= 3)
    }

    @Test(arguments: [MemorySink.Call.intend, .settle, .waitForDisk])
    func aDiskThatFailsEndsTheStep(call: MemorySink.Call) async throws {
        let api = ScriptedAPI { _, _ in .response(200, [], "{}") }
        let run = try TestRun(Self.job(4, items: 40), api: api, sink: MemorySink(failing: call))
        let report = await run.execute()
        #expect(report.failure?.kind == .io)
        #expect(run.lines() == [])
        // Of those that were sent each has its intent.
        let intended = run.sink.file("loans")?.notes.count { $0.hasPrefix("intend") } ?? 0
        #expect(api.requests.count <= intended)
    }
}
