import Foundation
import Testing

/// Connections that are cut after the effect and before the answer, and tokens that end in the middle of the input.
@Suite(.paced) struct LostAnswerTests {
    /// What the sandbox does to a tenth of the calls.
    static let plans = [
        "repayments:reset-after:10%", "repayments:500-after:10%", "repayments:reset-before:10%", "repayments:mixed:15%",
        "repayments:truncate:5%,repayments:429:5%; retry-after=0", "POST /repayments #7 = expire-token",
        "repayments:503:10%; retry-after=0",
    ]

    @Test(arguments: plans) func `with a key`(_ plan: String) async throws {
        let run = try await InterruptedRun(.keyed, sandboxOptions: ["--faults", plan])
        var story = InterruptedRun.Story()
        try await run.finish(&story)
        #expect(story.lookedUp == 0, "\(story.text)")
        try await run.expectEachOnce(2000, story)
    }

    @Test(arguments: plans) func `with a probe`(_ plan: String) async throws {
        // The rates are for calls of either method; the probe is a read and may fail too.
        let run = try await InterruptedRun(.reconciled, sandboxOptions: ["--faults", plan])
        var story = InterruptedRun.Story()
        try await run.finish(&story)
        try await run.expectEachOnce(2000, story)
    }

    @Test(arguments: [
        "POST /repayments #9 = reset-after", "POST /repayments #9 = 500-after", "POST /repayments #9 = 500",
    ])
    func `without either a person is asked once`(_ plan: String) async throws {
        let run = try await InterruptedRun(.unsafe, sandboxOptions: ["--faults", plan])
        var story = InterruptedRun.Story()
        try await run.finish(&story)
        #expect(story.lookedUp == 1, "\(story.text)")
        try await run.expectEachOnce(2000, story)
    }

    /// A probe that says each time that nothing was done leaves nothing to ask a person.
    @Test func `a call that never takes effect is not of unknown outcome`() async throws {
        let run = try await InterruptedRun(.reconciled, sandboxOptions: ["--faults", "POST /repayments #1-40 = 500"])
        let end = try await runner("job.yaml", in: run.folder, environment: run.sandbox.credentials)
        #expect(end.status == 69, "\(end.stderr)")
        #expect(!end.stderr.contains("nobody knows"), "\(end.stderr)")
        var story = InterruptedRun.Story(lines: [end.stderr])
        try await run.finish(&story)
        #expect(story.lookedUp == 0, "\(story.text)")
        try await run.expectEachOnce(2000, story)
    }

    @Test(arguments: [DurableJob.keyed, .reconciled, .unsafe])
    func `tokens that live for a second`(_ job: DurableJob) async throws {
        let run = try await InterruptedRun(job, sandboxOptions: ["--latency", "60ms", "--token-ttl", "1s"])
        var story = InterruptedRun.Story()
        try await run.finish(&story)
        #expect(story.lookedUp == 0, "\(story.text)")
        #expect(story.lines.count == 1, "it had to be resumed: \(story.text)")
        try await run.expectEachOnce(2000, story)
        #expect(try #require(run.results).manifest().tokens.contains { $0.fetches > 1 })
    }

    @Test(arguments: [DurableJob.keyed, .unsafe])
    func `tokens that the API refuses in the middle of the input`(_ job: DurableJob) async throws {
        let plan = "POST /repayments #5 = expire-token, POST /repayments #40 = expire-token; expired-status=401"
        let run = try await InterruptedRun(job, sandboxOptions: ["--faults", plan])
        var story = InterruptedRun.Story()
        try await run.finish(&story)
        #expect(story.lines.count == 1, "\(story.text)")
        try await run.expectEachOnce(2000, story)
    }

    @Test(.enabled(if: Executable.path(of: "faketime") != nil), arguments: ["+13h", "-13h", "+400d"])
    func `a clock that is set in the middle of the input`(_ jump: String) async throws {
        let run = try await InterruptedRun(.keyed, sandboxOptions: ["--latency", "20ms"])
        let folder = run.folder
        try folder.write("+0", to: "clock")
        let process = try start(
            "faketime",
            [
                "-f", "+0", "env", "-u", "FAKETIME", "FAKETIME_TIMESTAMP_FILE=\(folder("clock"))",
                "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "NO_FAKE_STAT=1", Repository.runner,
                "job.yaml",
            ],
            in: folder,
            environment: run.sandbox.credentials
        )
        let begun = try await process.poll(for: .seconds(20)) {
            try (run.results?.data("journal.ndjson")).map { String(decoding: $0, as: UTF8.self) }?
                .contains("page_committed") ?? false
        }
        #expect(begun)
        try folder.write(jump, to: "clock")
        let end = try await process.end(within: .seconds(30))
        #expect(end.status == 0, "\(end.stderr)")
        try await run.expectEachOnce(2000, InterruptedRun.Story(lines: [end.stderr]))
    }
}
