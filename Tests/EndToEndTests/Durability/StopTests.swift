import Foundation
import Glibc
import Testing

/// SIGTERM and SIGINT in the middle of a bulk write.
@Suite(.paced) struct StopTests {
    private func calls(_ run: InterruptedRun) -> Int {
        guard let data = try? run.results?.data("journal.ndjson") else { return 0 }
        return String(decoding: data, as: UTF8.self).ranges(of: "\"call_settled\"").count
    }

    @Test(arguments: [SIGINT, SIGTERM], [DurableJob.keyed, .unsafe])
    func `what is in flight is finished and noted`(_ signal: Int32, _ job: DurableJob) async throws {
        let run = try await InterruptedRun(job, sandboxOptions: ["--latency", "30ms"])
        let process = try startRunner("job.yaml", in: run.folder, environment: run.sandbox.credentials)
        #expect(try await process.poll(for: .seconds(20)) { calls(run) > 10 })
        process.send(signal)
        let end = try await process.end(within: .seconds(12))
        #expect(end.status == 128 + signal && end.signal == nil, "\(end.stderr)")
        #expect(end.duration < .seconds(10))
        let results = try #require(run.results)
        let events = try results.journal()
        #expect(events.map(\.seq) == Array(1...events.count))
        #expect(events.last?.event == "run_finished")
        let intended = events.count { $0.event == "call_intended" }
        #expect(intended < 100, "it was not stopped")
        #expect(intended == events.count { $0.event == "call_settled" })
        #expect(try await Ledger(run.sandbox).loans.count == intended * 20)
        let runs = try await runner("runs", in: run.folder)
        #expect(runs.text.contains("stopped (resumable)"), "\(runs.text)")
        var story = InterruptedRun.Story(lines: [end.stderr])
        try await run.finish(&story)
        #expect(story.lines.count == 2 && story.lookedUp == 0, "\(story.text)")
        try await run.expectEachOnce(2000, story)
    }

    @Test(arguments: [SIGINT, SIGTERM]) func `a second signal ends at once, and the run goes on all the same`(
        _ signal: Int32
    ) async throws {
        let run = try await InterruptedRun(.keyed, sandboxOptions: ["--faults", "POST /repayments #20 = stall"])
        let process = try startRunner("job.yaml", in: run.folder, environment: run.sandbox.credentials)
        #expect(try await process.poll(for: .seconds(20)) { calls(run) > 18 })
        process.send(signal)
        // The call that hangs keeps it.
        try await Task.sleep(for: .milliseconds(300))
        #expect(process.isRunning)
        let second = ContinuousClock.now
        process.send(signal)
        let end = try await process.end(within: .seconds(10))
        #expect(ContinuousClock.now - second < .seconds(1))
        #expect(end.status == 128 + signal && end.signal == nil, "\(end.stderr)")
        var story = InterruptedRun.Story(lines: [end.stderr])
        try await run.finish(&story)
        try await run.expectEachOnce(2000, story)
    }

    @Test func `what does not end within the grace time is of unknown outcome`() async throws {
        let run = try await InterruptedRun(.unsafe, sandboxOptions: ["--faults", "POST /repayments #20 = stall"])
        let process = try startRunner("job.yaml", in: run.folder, environment: run.sandbox.credentials)
        #expect(try await process.poll(for: .seconds(20)) { calls(run) > 18 })
        process.send(SIGTERM)
        let end = try await process.end(within: .seconds(20))
        #expect(end.status == 143, "\(end.stderr)")
        var story = InterruptedRun.Story(lines: [end.stderr])
        try await run.finish(&story)
        #expect(story.lookedUp == 1, "\(story.text)")
        try await run.expectEachOnce(2000, story)
    }
}
