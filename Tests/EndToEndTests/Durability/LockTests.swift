import Foundation
import Glibc
import Testing

/// One run of a job at a time.
@Suite(.paced) struct LockTests {
    /// A run that is going on, held up by a call that hangs.
    private func held() async throws -> (InterruptedRun, RunningProcess) {
        let run = try await InterruptedRun(.keyed, sandboxOptions: ["--faults", "POST /repayments #20 = stall"])
        let process = try startRunner("job.yaml", in: run.folder, environment: run.sandbox.credentials)
        let begun = try await process.poll(for: .seconds(20)) {
            try (run.results?.data("journal.ndjson")).map { String(decoding: $0, as: UTF8.self) }?
                .ranges(of: "\"call_settled\"").count ?? 0 > 18
        }
        #expect(begun, "\(process.standardError)")
        return (run, process)
    }

    @Test func `a second run is refused and told who is there`() async throws {
        let (run, process) = try await held()
        let name = try #require(run.results?.path.split(separator: "/").last.map(String.init))
        for arguments in [["job.yaml"], ["resume", name], ["resolve", name, "x", "--done"]] {
            let second = try await command(
                Repository.runner,
                arguments,
                in: run.folder,
                environment: run.sandbox.credentials
            )
            #expect(second.status == 75, "\(arguments): \(second.stderr)")
            #expect(second.stderr.contains(name) && second.stderr.contains("\(process.pid)"), "\(second.stderr)")
            // Only a new run can queue.
            #expect(second.stderr.contains("--wait") == (arguments == ["job.yaml"]), "\(second.stderr)")
        }
        #expect(RunResults.all(job: "report", in: run.folder).count == 1)
        let listed = try await runner("runs", in: run.folder)
        #expect(listed.text.contains("running"), "\(listed.text)")
        let cleaned = try await runner("clean", "--keep", "0", "--resumable", in: run.folder)
        #expect(cleaned.status == 0, "\(cleaned.stderr)")
        #expect(run.results != nil, "a run that is going on was removed")
    }

    @Test func `a dead holder is no obstacle`() async throws {
        let (run, process) = try await held()
        process.send(SIGKILL)
        _ = try await process.end(within: .seconds(5))
        var story = InterruptedRun.Story()
        try await run.finish(&story)
        #expect(story.lines.count == 1)
        try await run.expectEachOnce(2000, story)
    }

    @Test func `--wait queues`() async throws {
        let (run, process) = try await held()
        let second = try startRunner(
            "job.yaml",
            "--wait",
            "--new-run",
            in: run.folder,
            environment: run.sandbox.credentials
        )
        // It stays, and begins nothing.
        try await Task.sleep(for: .milliseconds(500))
        #expect(second.isRunning, "\(second.standardError)")
        #expect(RunResults.all(job: "report", in: run.folder).count == 1)
        process.send(SIGKILL)
        let end = try await second.end(within: .seconds(20))
        #expect(end.status == 0, "\(end.stderr)")
        #expect(RunResults.all(job: "report", in: run.folder).count == 2)
    }

    @Test func `--wait can be stopped`() async throws {
        let (run, process) = try await held()
        defer { process.send(SIGKILL) }
        let second = try startRunner("job.yaml", "--wait", in: run.folder, environment: run.sandbox.credentials)
        try await Task.sleep(for: .milliseconds(300))
        second.send(SIGTERM)
        let end = try await second.end(within: .seconds(5))
        #expect(end.status == 143, "\(end.stderr)")
    }
}
