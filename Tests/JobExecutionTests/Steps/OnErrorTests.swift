import JSONBytes
import JobExecution
import JobSpec
import Testing

@Suite(.timeLimit(.minutes(1))) struct OnErrorTests {
    /// Items `bad` and `broken` fail; every other one has three records on two pages.
    static let api: @Sendable (HTTPRequest, Int) -> ScriptedAPI.Answer = { request, _ in
        let offset = request.query("offset").flatMap { Int($0) } ?? 0
        return switch request.path.split(separator: "/").last {
        case "bad": .response(404, [], #"{"message":"no such thing"}"#)
        case "hidden": .response(403)
        case "broken" where offset > 0: .response(200, [], #"{"total":3}"#)
        case "cursed": .response(500)
        default: .response(200, [], page(offset..<min(offset + 2, 3), total: 3))
        }
    }

    static func job(onError: String, items: String, isPaged: Bool) -> String {
        """
        retry: { max_attempts: 1 }
        steps:
          - id: loans
            scopes: [read:loans]
            on_error: \(onError)
            concurrency: 3
            for_each: [\(items)]
            request: { method: GET, path: "/loans/${{ item }}" }
            data_selector: $.loans[*]
        \(isPaged ? "    paginator: { type: offset, limit: 2, total_path: $.total }" : "")
          - id: after
            scopes: [read:loans]
            request: { method: GET, path: /after }
        """
    }

    @Test(arguments: [true, false]) func skipLeavesTheItemOutAndGoesOn(isPaged: Bool) async throws {
        let items = "a, bad, b, broken, hidden, cursed, c"
        let run = try TestRun(
            Self.job(onError: "skip", items: items, isPaged: isPaged),
            api: ScriptedAPI(pace: .shuffled(seed: 1), answer: Self.api)
        )
        let report = await run.execute()
        #expect(report.failure == nil)
        #expect(!report.isComplete)
        let each = isPaged ? records(0..<3) : records(0..<2)
        #expect(run.lines() == each + each + (isPaged ? [] : records(0..<2)) + each)
        #expect(report.steps.map(\.state) == [.done, .done])
        #expect(report.steps[0].skippedItems == (isPaged ? 4 : 3))
        #expect(report.steps[0].records == run.lines().count)
        #expect(report.steps[0].pages == (isPaged ? 6 : 4))
        let skipped = run.sink.events.compactMap { if case .itemSkipped(_, let item, _, _) = $0 { item } else { nil } }
        #expect(skipped == (isPaged ? [1, 3, 4, 5] : [1, 4, 5]))
    }

    @Test(arguments: [true, false]) func anItemWithoutAValueIsLeftOut(isPaged: Bool) async throws {
        let run = try TestRun(
            Self.job(onError: "skip", items: "{ k: a }, { x: 1 }, { k: b }", isPaged: isPaged)
                .replacing("${{ item }}", with: "${{ item.k }}"),
            api: ScriptedAPI(answer: Self.api)
        )
        let report = await run.execute()
        #expect(report.failure == nil)
        #expect(report.steps[0].skippedItems == 1)
        #expect(run.lines().count == (isPaged ? 6 : 4))
        #expect(report.steps[0].calls == (isPaged ? 4 : 2))
    }

    /// Killed after the second page of an item whose third one fails: the resume leaves the whole item out, as the run
    /// would have done.
    @Test func anItemThatAnInterruptedRunBeganIsLeftOutWhole() async throws {
        let api: @Sendable (HTTPRequest, Int) -> ScriptedAPI.Answer = { request, _ in
            let offset = request.query("offset").flatMap { Int($0) } ?? 0
            if request.path.hasSuffix("/b"), offset == 2 { return .response(400) }
            return .response(200, [], page(offset...offset, total: 3))
        }
        let job = Self.job(onError: "skip", items: "a, b, c", isPaged: true).replacing("limit: 2", with: "limit: 1")
        let whole = try TestRun(job, api: ScriptedAPI(answer: api))
        let report = await whole.execute()
        #expect(report.steps[0].skippedItems == 1)
        #expect(whole.lines() == records(0..<3) + records(0..<3))

        let commits = try #require(whole.sink.file("loans")?.commits)
        let last = try #require(commits.first { $0.item == 1 && $0.page == 1 })
        #expect(last.itemStart == ItemStart(mark: RecordMark(bytes: 27, records: 3), outputs: [:]))
        #expect(commits.filter { $0.position == .null }.allSatisfy { $0.itemStart == nil })
        for isOldJournal in [false, true] {
            var begun = ResumePoint.BegunStep()
            begun.lastPage = PageCommit(
                item: last.item,
                page: last.page,
                records: last.records,
                position: last.position,
                itemStart: isOldJournal ? nil : last.itemStart
            )
            begun.mark = RecordMark(bytes: 45, records: 5)
            begun.pages = 5
            var resume = ResumePoint()
            resume.begun[StepID("loans")!] = begun
            let sink = MemorySink(restored: ["loans": records(0..<3) + records(0..<2)])
            let resumed = try TestRun(job, api: ScriptedAPI(answer: api), sink: sink)
            let second = await resumed.execute(resume: resume)
            #expect((second.failure?.status == 400) == isOldJournal)
            if isOldJournal { continue }
            #expect(resumed.lines() == whole.lines())
            #expect(second.steps[0].skippedItems == 1)
            #expect(second.steps[0].records == report.steps[0].records)
            #expect(second.steps[0].pages == report.steps[0].pages)
        }
    }

    // MARK: - A limit of failures

    /// However many pages an item has, it is one item.
    @Test func aPercentageIsOfItemsNotOfPages() async throws {
        let api = ScriptedAPI { request, _ in
            guard request.path.hasSuffix("/good") else { return .response(404) }
            let offset = request.query("offset").flatMap { Int($0) } ?? 0
            return .response(200, [], page(offset...offset, total: 40))
        }
        let job = Self.job(onError: "skip", items: "good, x, y, z", isPaged: true)
            .replacing("limit: 2", with: "limit: 1")
            .replacing("on_error: skip", with: "on_error: skip\n    max_failures: 10%")
        let report = await (try TestRun(job, api: api)).execute()
        #expect(report.failure?.message == "3 of 4 items failed, more than `max_failures: 10%` allows")
    }

    /// What an interrupted run was done with counts, so that a resume ends as the whole run would have.
    @Test(arguments: [("5%", true), ("2.5%", false)])
    func aPercentageIsOfAllItemsAfterAResume(limit: String, isWithin: Bool) async throws {
        let items = (0..<200).map { $0 == 180 ? "bad" : "i\($0)" }.joined(separator: ", ")
        let job = Self.job(onError: "skip", items: items, isPaged: false)
            .replacing("on_error: skip", with: "on_error: skip\n    max_failures: \(limit)")
        var begun = ResumePoint.BegunStep()
        begun.lastPage = PageCommit(item: 149, page: 0, records: 0)
        begun.pages = 150
        begun.skippedItems = 5
        var resume = ResumePoint()
        resume.begun[StepID("loans")!] = begun
        let run = try TestRun(job, api: ScriptedAPI(answer: Self.api))
        let report = await run.execute(resume: resume)
        #expect(report.steps[0].skippedItems == 6)
        let message = isWithin ? nil : "6 of 181 items failed, more than `max_failures: 2.5%` allows"
        #expect(report.failure?.message == message)
    }

    @Test(arguments: [true, false]) func failEndsTheRun(isPaged: Bool) async throws {
        let run = try TestRun(
            Self.job(onError: "fail", items: "a, bad, b", isPaged: isPaged),
            api: ScriptedAPI(answer: Self.api)
        )
        let report = await run.execute()
        #expect(report.failure?.kind == .refused)
        #expect(report.failure?.status == 404)
        #expect(report.failure?.message == "HTTP 404 Not Found: no such thing")
        #expect(report.steps.map(\.id.name) == ["loans"])
        #expect(run.sink.file("loans")?.ending == .abandoned)
    }

    @Test func continueGoesOnWithTheNextStep() async throws {
        for items in ["a, bad, b", "hidden", "cursed"] {
            let run = try TestRun(
                Self.job(onError: "continue", items: items, isPaged: true),
                api: ScriptedAPI(answer: Self.api)
            )
            let report = await run.execute()
            #expect(report.failure == nil)
            #expect(!report.isComplete)
            #expect(report.steps.map(\.state) == [.failed, .done])
            #expect(run.sink.file("loans")?.ending == .abandoned)
            #expect(run.sink.file("after")?.ending == .published)
        }
    }

    @Test(arguments: ["skip", "continue"]) func troubleOfTheRunItselfEndsIt(onError: String) async throws {
        for (status, kind) in [(401, RunFailure.Kind.notAuthorized), (429, .tryAgainLater)] {
            let fields: HTTPFields = [HTTPField("Retry-After", "9999")]
            let run = try TestRun(
                Self.job(onError: onError, items: "a, b", isPaged: true),
                api: ScriptedAPI { _, _ in .response(status, fields) }
            )
            let report = await run.execute()
            #expect(report.failure?.kind == kind)
        }
    }

    /// When its time is up a step ends: it doesn't call every item that is left a failed one.
    @Test(arguments: [true, false]) func skipDoesNotHideThatTimeIsUp(isPaged: Bool) async throws {
        let clock = ManualClock()
        let api = ScriptedAPI { request, number in
            if number == 2 { clock.advance(by: .seconds(11)) }
            return Self.api(request, number)
        }
        let job = Self.job(onError: "skip", items: "a, b, c, d", isPaged: isPaged)
            .replacing("concurrency: 3", with: "timeout: 10s")
        let report = await (try TestRun(job, api: api, clock: clock)).execute()
        #expect(report.failure?.kind == .outOfTime)
        #expect(report.steps[0].skippedItems == 0)
    }

    @Test func criteriaDecideWhatASuccessIs() async throws {
        func run(_ criteria: String, _ answer: ScriptedAPI.Answer) async throws -> RunReport {
            let job = """
                retry: { max_attempts: 1 }
                steps:
                  - id: loans
                    scopes: [read:loans]
                    request: { method: GET, path: /loans }
                    data_selector: $.loans[*]
                    success_criteria: [\(criteria)]
                """
            return await (try TestRun(job, api: ScriptedAPI { _, _ in answer })).execute()
        }
        let full = ScriptedAPI.Answer.response(404, [], page(1...1))
        #expect(try await run("{ status: [404] }", full).isComplete)
        #expect(try await run("{ status: [201] }", .response(200, [], page(1...1))).failure?.kind == .refused)
        #expect(try await run("{ jsonpath: '$.loans[0]' }", .response(200, [], page(1...1))).isComplete)
        let empty = try await run("{ jsonpath: '$.loans[0]' }", .response(200, [], page([])))
        #expect(empty.failure?.kind == .criterionNotMet)
        #expect(empty.failure?.span?.text == "'$.loans[0]'")
    }

    @Test func outputsReachLaterSteps() async throws {
        let api = ScriptedAPI { request, _ in
            .response(200, [], page(5...7, total: 480, rest: #","path":"\#(request.path)""#))
        }
        let run = try TestRun(
            """
            steps:
              - id: loans
                scopes: [read:loans]
                request: { method: GET, path: /loans }
                data_selector: $.loans[*]
                output: { total: $.total, first: "$.loans[0].id", all: "$.loans[*].id", none: $.nothing }
              - id: after
                if: steps.loans.output.total == 480
                scopes: [read:loans]
                for_each: ${{ steps.loans.output.all }}
                request: { method: GET, path: "/after/${{ steps.loans.output.first }}/${{ item }}" }
                data_selector: $.path
              - id: never
                if: steps.loans.output.none != null
                scopes: [read:loans]
                request: { method: GET, path: /never }
            """,
            api: api
        )
        let report = await run.execute()
        #expect(report.failure == nil)
        #expect(run.lines("after") == [#""/after/5/5""#, #""/after/5/6""#, #""/after/5/7""#])
        #expect(report.steps.map(\.state) == [.done, .done, .skipped])
        #expect(run.sink.file("never") == nil)
    }

    @Test func aTemplateWithoutAValuePointsAtItself() async throws {
        let run = try TestRun(
            """
            steps:
              - id: loans
                scopes: [read:loans]
                for_each: [{ a: 1 }]
                request: { method: GET, path: "/loans/${{ item.b }}" }
            """,
            api: ScriptedAPI(answer: Self.api)
        )
        let report = await run.execute()
        #expect(report.failure?.kind == .template)
        #expect(report.failure?.span?.text == "b")
        #expect(report.failure?.step?.name == "loans")
    }

    /// What a cursor is read from must not be thrown away for being a record.
    @Test func aCursorMayBeTheLastRecord() async throws {
        let api = ScriptedAPI { request, _ in
            let after = request.query("after").flatMap { Int($0) } ?? 0
            return .response(200, [], page(after + 1..<min(after + 4, 11)))
        }
        let run = try TestRun(
            """
            steps:
              - id: loans
                scopes: [read:loans]
                request: { method: GET, path: /loans }
                data_selector: $.loans[*]
                paginator: { type: cursor, cursor_path: "$.loans[-1].id", cursor_param: after }
            """,
            api: api
        )
        let report = await run.execute()
        #expect(report.failure == nil)
        #expect(run.lines() == records(1...10))
    }
}
