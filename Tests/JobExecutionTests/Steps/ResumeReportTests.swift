import JobExecution
import JobSpec
import Testing

/// The account of a resumed run is that of the whole run, however far the resume comes.
@Suite(.timeLimit(.minutes(1))) struct ResumeReportTests {
    private static let job = """
        retry: { max_attempts: 1 }
        steps:
          - id: first
            scopes: [read:loans]
            on_error: continue
            request: { method: GET, path: /first }
            data_selector: $.loans[*]
          - id: second
            scopes: [read:loans]
            request: { method: GET, path: /second }
          - id: third
            scopes: [read:loans]
            request: { method: GET, path: /third }
        """

    /// The first step had failed on its way, the second has ended, the third had no turn.
    private static func point() throws -> ResumePoint {
        var point = ResumePoint()
        var begun = ResumePoint.BegunStep()
        begun.mark = RecordMark(bytes: 30, records: 5)
        begun.pages = 2
        begun.skippedItems = 1
        point.begun[try #require(StepID("first"))] = begun
        var ended = StepReport(id: try #require(StepID("second")), state: .done)
        ended.records = 7
        ended.calls = 3
        point.finished[ended.id] = .init(report: ended, outputs: [:])
        return point
    }

    @Test func aTokenThatIsRefusedErasesNothing() async throws {
        let api = ScriptedAPI(token: { _ in .response(401, [], #"{"error":"invalid_client"}"#) }) { _, _ in
            .response(200)
        }
        let report = try await TestRun(Self.job, api: api).execute(resume: Self.point())
        #expect(report.failure?.kind == .notAuthorized)
        #expect(report.steps.map(\.id.name) == ["first", "second"])
        #expect(report.steps.map(\.state) == [.failed, .done])
        #expect(report.steps.map(\.records) == [5, 7])
        #expect(report.steps[0].pages == 2 && report.steps[0].skippedItems == 1)
        #expect(report.steps[1].calls == 3)
    }

    /// The end comes in the first step already.
    @Test func stepsBehindTheEndStayCounted() async throws {
        let sink = MemorySink(failing: .open)
        let api = ScriptedAPI { _, _ in .response(200, [], page(0..<1)) }
        let report = try await TestRun(Self.job, api: api, sink: sink).execute(resume: Self.point())
        #expect(report.failure?.kind == .cannotCreate)
        #expect(report.steps.map(\.id.name) == ["first", "second"])
        #expect(report.steps.map(\.records) == [5, 7])
    }
}
