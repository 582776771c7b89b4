import JobExecution
import JobSpec
import Testing

/// The file depends on the API's answers alone: not on when they arrive, nor on how many are under way.
@Suite(.timeLimit(.minutes(1))) struct OrderTests {
    static let offsets = """
        steps:
          - id: loans
            scopes: [read:loans]
            concurrency: %
            request: { method: GET, path: /loans }
            paginator: { type: offset, limit: 7, total_path: $.total }
            data_selector: $.loans[*]
        """

    static func api(total: Int, pace: ScriptedAPI.Pace, chunk: Int = 11) -> ScriptedAPI {
        ScriptedAPI(pace: pace) { request, _ in
            let offset = Int(request.query("offset")!)!
            let body = page(offset..<min(offset + 7, total), total: total)
            return .response(200, [], Array(body.utf8), chunk: chunk)
        }
    }

    @Test(arguments: [1, 2, 3, 8, 64], 1...6)
    func pagesKeepTheirOrderInWhateverOrderTheyArrive(concurrency: Int, seed: Int) async throws {
        let api = Self.api(total: 100, pace: .shuffled(seed: UInt64(seed)))
        let job = Self.offsets.replacing("%", with: "\(concurrency)")
        let run = try TestRun(job, api: api)
        let report = await run.execute()
        #expect(report.failure == nil)
        #expect(report.isComplete)
        #expect(run.lines() == records(0..<100))
        #expect(run.sink.file("loans")?.ending == .published)
        #expect(run.sink.file("loans")?.wasMisused == false)
        #expect(run.sink.file("loans")?.commits.map(\.page) == Array(0..<15))
        #expect(api.mostInFlight <= concurrency)
        #expect(report.steps[0].records == 100)
        #expect(report.steps[0].pages == 15)
        #expect(report.steps[0].calls == 15)
        #expect(report.steps[0].attempts == 15)
        #expect(api.requests.count == 15)
    }

    /// With a disk that takes its time, the next page is on its way to the file already.
    @Test(arguments: [1, 2])
    func noPageWaitsForTheCommitOfTheOneBefore(concurrency: Int) async throws {
        let job = Self.offsets.replacing("%", with: "\(concurrency)")
        let run = try TestRun(
            job,
            api: Self.api(total: 30, pace: .shuffled(seed: 5)),
            sink: MemorySink(commitsLate: true)
        )
        let report = await run.execute()
        #expect(report.isComplete)
        #expect(run.lines() == records(0..<30))
        #expect(report.steps[0].pages == 5)
        #expect(report.steps[0].records == 30)
        let committed = run.observed.all.compactMap {
            if case .pageCommitted(_, let page, _) = $0 { page.page } else { nil }
        }
        #expect(committed == Array(0..<5))
    }

    /// Who looks at a slow API's run sees each page when it is there, not when the next eight are.
    @Test func aPageIsCountedOnceItsCommitHasComeToPass() async throws {
        let events = Recorder<RunEvent>()
        let countedBefore = Recorder<Int>()
        let api = ScriptedAPI(pace: .shuffled(seed: 5)) { request, _ in
            let offset = Int(request.query("offset")!)!
            countedBefore.note(events.all.count { if case .pageCommitted = $0 { true } else { false } })
            return .response(200, [], Array(page(offset..<min(offset + 7, 70), total: 70).utf8), chunk: .max)
        }
        var run = try TestRun(Self.offsets.replacing("%", with: "1"), api: api)
        run.observed = events
        #expect(await run.execute().isComplete)
        // A page is asked for while the one before it is committed; all before that one are counted.
        #expect(countedBefore.all.count == 10)
        for (number, counted) in countedBefore.all.enumerated() { #expect(counted >= number - 1) }
    }

    @Test func pagesAreAskedForAheadOnceTheTotalIsKnown() async throws {
        let api = Self.api(total: 100, pace: .shuffled(seed: 3))
        let run = try TestRun(Self.offsets.replacing("%", with: "4"), api: api)
        _ = await run.execute()
        #expect(api.mostInFlight == 4)
    }

    @Test(arguments: [1, 5, 16], 1...4)
    func itemsKeepTheirOrder(concurrency: Int, seed: Int) async throws {
        let api = ScriptedAPI(pace: .shuffled(seed: UInt64(seed))) { request, _ in
            .response(200, [], #"{"path":"\#(request.path)"}"#)
        }
        let items = (0..<40).map(String.init).joined(separator: ", ")
        let run = try TestRun(
            """
            steps:
              - id: loans
                scopes: [read:loans]
                concurrency: \(concurrency)
                for_each: [\(items)]
                request: { method: GET, path: "/loans/${{ item }}" }
            """,
            api: api
        )
        let report = await run.execute()
        #expect(report.isComplete)
        #expect(run.lines() == (0..<40).map { #"{"path":"/loans/\#($0)"}"# })
        #expect(api.mostInFlight <= concurrency)
    }

    /// Faults of every kind that may be repeated, at random, and still every record is there once.
    @Test(arguments: 1...12)
    func faultsLeaveNoTrace(seed: Int) async throws {
        var random = SplitMix64(seed: UInt64(seed))
        let faults = (0..<400).map { _ in Int.random(in: 0..<12, using: &random) }
        let concurrency = Int.random(in: 1...6, using: &random)
        let api = ScriptedAPI(pace: .shuffled(seed: UInt64(seed))) { request, number in
            let offset = Int(request.query("offset")!)!
            let body = Array(page(offset..<min(offset + 7, 100), total: 100).utf8)
            return switch faults[number % faults.count] {
            case 0: .response(503, [HTTPField("Retry-After", "2")], [], chunk: 1)
            case 1: .response(500, [], Array("<html>".utf8), chunk: 1)
            case 2: .cut(200, [], Array(body.prefix(body.count / 2)), .lost(reason: "reset"))
            case 3: .response(200, [], Array(body.dropLast()), chunk: 9)
            case 4: .failure(.timedOut(sent: true))
            default: .response(200, [], body, chunk: 1 + number % 50)
            }
        }
        let retry = "retry: { max_attempts: 40, max_duration: 100h }\n"
        var run = try TestRun(retry + Self.offsets.replacing("%", with: "\(concurrency)"), api: api)
        run.windowBytes = 1
        let report = await run.executeThroughWaits()
        #expect(report.failure == nil, "seed \(seed)")
        #expect(run.lines() == records(0..<100), "seed \(seed)")
        #expect(run.sink.file("loans")?.wasMisused == false)
        #expect(report.steps[0].attempts == api.requests.count)
    }
}
