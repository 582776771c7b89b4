import Foundation
import Glibc
import Testing

/// A new run of a job whose earlier run stands in the middle of its writes: nothing is sent twice without a word.
@Suite(.paced) struct NewRunTests {
    private static let job = DurableJob(
        name: "report",
        steps: """
            - id: themes
              scopes: [read:loans]
              request: { path: "/v3/partner/${{ token.partnerId }}/loans" }
              paginator: { type: offset, limit: 100, total_path: $.total }
              data_selector: $.loans[*]
            - id: repayments
              scopes: [create:repayment]
              for_each: { csv: repayments.csv, columns: { amount: number } }
              batch_size: 20
              concurrency: 1
              request:
                method: POST
                path: /v3/partner/${{ token.partnerId }}/repayments
                json: { repayments: "${{ batch }}" }
            """,
        files: ["repayments.csv": Repayments.csv(0..<200)]
    )

    /// A run in the middle of its writes, whose fifth one is about to be sent.
    private func writing(_ sandboxOptions: String...) async throws -> (InterruptedRun, RunningProcess) {
        let run = try await InterruptedRun(Self.job, sandboxOptions: sandboxOptions)
        let process = try startRunner("job.yaml", in: run.folder, environment: run.sandbox.credentials)
        let begun = try await process.poll(for: .seconds(20)) {
            try (run.results?.data("journal.ndjson")).map { String(decoding: $0, as: UTF8.self) }?
                .ranges(of: "\"call_intended\"").count ?? 0 > 4
        }
        #expect(begun, "\(process.standardError)")
        return (run, process)
    }

    /// A run that was killed in the middle of its writes.
    private func killed() async throws -> (InterruptedRun, RunResults) {
        let (run, process) = try await writing("--latency", "150ms")
        process.send(SIGKILL)
        _ = try await process.end(within: .seconds(5))
        return (run, try #require(run.results))
    }

    private func start(_ run: InterruptedRun, _ options: String..., secret: String? = nil) async throws
        -> FinishedProcess
    {
        var environment = run.sandbox.credentials
        if let secret { environment["TEST_CLIENT_SECRET"] = secret }
        return try await command(Repository.runner, ["job.yaml"] + options, in: run.folder, environment: environment)
    }

    /// Expects that a plain run is refused, says which run it is about, and sends nothing.
    private func expectRefused(_ run: InterruptedRun, _ earlier: RunResults, _ words: String...) async throws {
        let before = try await Ledger.atRest(run.sandbox)
        let runs = RunResults.all(job: "report", in: run.folder).map(\.path)
        let end = try await start(run)
        #expect(end.status == 79, "\(end.stderr)")
        for text in ["runner resume \(earlier.path)", "--new-run"] + words {
            #expect(end.stderr.contains(text), "\(text) in \(end.stderr)")
        }
        #expect(try await Ledger.atRest(run.sandbox) == before)
        #expect(RunResults.all(job: "report", in: run.folder).map(\.path) == runs)
    }

    @Test func `one that waited is refused, too`() async throws {
        let (run, process) = try await writing("--faults", "POST /repayments #5 = stall")
        let second = try startRunner("job.yaml", "--wait", in: run.folder, environment: run.sandbox.credentials)
        let waits = try await second.poll(for: .seconds(20)) { second.standardError.contains("report on test") }
        #expect(waits, "\(second.standardError)")
        process.send(SIGKILL)
        let end = try await second.end(within: .seconds(20))
        #expect(end.status == 79, "\(end.stderr)")
        #expect(end.stderr.contains("4 calls took effect, of 1 call nobody knows whether it did"), "\(end.stderr)")
        #expect(try await Ledger.atRest(run.sandbox).repeated == [])
        #expect(RunResults.all(job: "report", in: run.folder).count == 1)
    }

    @Test func `newer runs that sent nothing hide none`() async throws {
        let (run, earlier) = try await killed()
        let stopped = "stopped in the middle of its writes"
        try await expectRefused(run, earlier, stopped)
        let reading = try await start(run, "--only", "themes")
        #expect(reading.status == 0, "\(reading.stderr)")
        try await expectRefused(run, earlier, stopped)
        let rehearsal = try await start(run, "--environment", "sandbox")
        #expect([0, 1].contains(rehearsal.status), "\(rehearsal.stderr)")
        try await expectRefused(run, earlier, stopped)
        let tokenless = try await start(run, "--new-run", secret: "wrong-one-4Jq8")
        #expect(tokenless.status == 77, "\(tokenless.stderr)")
        try await expectRefused(run, earlier, stopped)
    }

    @Test func `a damaged journal hides none`() async throws {
        let (run, earlier) = try await killed()
        let path = "\(earlier.path)/journal.ndjson"
        let journal = String(decoding: try run.folder.read(path), as: UTF8.self)
        try run.folder.write(journal.replacing("\"call_settled\"", with: "\"call_settled"), to: path)
        try await expectRefused(run, earlier, "journal.ndjson", "is damaged", "runner show \(earlier.path)")
    }

    @Test func `a person's word decides`() async throws {
        let (run, earlier) = try await killed()
        let anew = try await start(run, "--new-run")
        #expect(anew.status == 0, "\(anew.stderr)")
        let plain = try await start(run)
        #expect(plain.status == 0, "the newer run is the one that counts: \(plain.stderr)")
        #expect(RunResults.all(job: "report", in: run.folder).first?.path == earlier.path)
    }

    @Test func `a run that was resumed to its end stands in no way`() async throws {
        let (run, _) = try await killed()
        var story = InterruptedRun.Story()
        try await run.finish(&story)
        let plain = try await start(run)
        #expect(plain.status == 0, "\(plain.stderr)")
    }
}
