import Foundation
import Glibc
import Testing

/// What a resume refuses, and what it says then.
@Suite(.paced) struct ResumeTests {
    /// A bulk write that was killed in the middle.
    private func killed(_ job: DurableJob = .keyed) async throws -> (InterruptedRun, RunResults) {
        let run = try await InterruptedRun(job, sandboxOptions: ["--latency", "10ms"])
        let process = try startRunner("job.yaml", in: run.folder, environment: run.sandbox.credentials)
        let begun = try await process.poll(for: .seconds(20)) {
            try (run.results?.data("journal.ndjson")).map { String(decoding: $0, as: UTF8.self) }?
                .ranges(of: "\"page_committed\"").count ?? 0 > 20
        }
        #expect(begun, "\(process.standardError)")
        process.send(SIGKILL)
        _ = try await process.end(within: .seconds(5))
        return (run, try #require(run.results))
    }

    private func resume(_ run: InterruptedRun, _ options: String...) async throws -> FinishedProcess {
        let arguments = ["resume", "--last", "report"] + options
        return try await command(Repository.runner, arguments, in: run.folder, environment: run.sandbox.credentials)
    }

    private func edit(_ run: InterruptedRun, _ old: String, _ new: String) throws {
        let text = String(decoding: try run.folder.read("job.yaml"), as: UTF8.self)
        try #require(text.contains(old))
        try run.folder.write(text.replacing(old, with: new), to: "job.yaml")
    }

    @Test func `another plan is refused with what differs, unless a person agrees`() async throws {
        let (run, _) = try await killed()
        try edit(run, "concurrency: 4", "concurrency: 2")
        let before = try await Ledger.atRest(run.sandbox)
        let refused = try await resume(run)
        #expect(refused.status == 65, "\(refused.stderr)")
        for text in ["concurrency", "was 4", "is 2", "--accept-plan-change"] {
            #expect(refused.stderr.contains(text), "\(text) in \(refused.stderr)")
        }
        #expect(try await Ledger.atRest(run.sandbox) == before)
        let accepted = try await resume(run, "--accept-plan-change")
        #expect(accepted.status == 0, "\(accepted.stderr)")
        try await run.expectEachOnce(2000, InterruptedRun.Story(lines: [accepted.stderr]))
    }

    /// The journal knows calls by their positions: with other batches they would be other items.
    @Test(arguments: [
        ("batch_size: 20", "batch_size: 30"), ("batch_size: 20", "batch_size: 10"),
        ("csv: repayments.csv", "csv: other.csv"), ("- id: repayments", "- id: payments"),
    ])
    func `no agreement can change which items a call has`(_ old: String, _ new: String) async throws {
        let (run, _) = try await killed(.unsafe)
        try run.folder.write(Repayments.csv(0..<2000), to: "other.csv")
        let before = try await Ledger.atRest(run.sandbox)
        try edit(run, old, new)
        let end = try await resume(run, "--accept-plan-change")
        #expect(end.status == 65, "\(end.stderr)")
        #expect(try await Ledger.atRest(run.sandbox) == before)
        // The same file and batches: nothing has happened in the meantime.
        try edit(run, new, old)
        var story = InterruptedRun.Story(lines: [end.stderr])
        try await run.finish(&story)
        try await run.expectEachOnce(2000, story)
    }

    @Test(arguments: ["one more row", "an amount", "gone"])
    func `another input is refused`(_ change: String) async throws {
        let (run, _) = try await killed()
        let text = Repayments.csv(0..<2000)
        switch change {
        case "one more row": try run.folder.write(text + "9,1.00,1\n", to: "repayments.csv")
        case "an amount":
            try run.folder.write(text.replacing("1000003,4.13", with: "1000003,5.13"), to: "repayments.csv")
        default: try FileManager.default.removeItem(atPath: run.folder("repayments.csv"))
        }
        let before = try await Ledger.atRest(run.sandbox)
        let end = try await resume(run)
        #expect(end.status == 66, "\(end.stderr)")
        #expect(end.stderr.contains("repayments.csv") && end.stderr.contains("help:"), "\(end.stderr)")
        #expect(try await Ledger.atRest(run.sandbox) == before)
        try run.folder.write(text, to: "repayments.csv")
        var story = InterruptedRun.Story(lines: [end.stderr])
        try await run.finish(&story)
        try await run.expectEachOnce(2000, story)
    }

    @Test func `a run that is done has nothing to go on with`() async throws {
        let run = try await InterruptedRun(.keyed)
        let plain = try await runner("job.yaml", in: run.folder, environment: run.sandbox.credentials)
        #expect(plain.status == 0, "\(plain.stderr)")
        // A scheduler that resumes after every end must not be told of a failure, be the job's file gone.
        try FileManager.default.removeItem(atPath: run.folder("job.yaml"))
        let end = try await resume(run)
        #expect(end.status == 0, "\(end.stderr)")
        #expect(end.stderr.contains("of report is done: there is nothing to resume"), "\(end.stderr)")
        #expect(!end.stderr.contains("resuming"), "\(end.stderr)")
        let quiet = try await resume(run, "--quiet")
        #expect(quiet.status == 0 && quiet.stderr.isEmpty, "\(quiet.stderr)")
        try await run.expectEachOnce(2000, InterruptedRun.Story())
    }

    @Test(arguments: [
        ["20200101T000000Z-000000"], ["results/report/20200101T000000Z-000000"], ["results"], ["nonsense"],
        ["--last", "nightly"],
    ])
    func `a run that is not there`(_ reference: [String]) async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder("results"), withIntermediateDirectories: false)
        let end = try await command(Repository.runner, ["resume"] + reference, in: folder)
        #expect(end.status == 66, "\(end.stderr)")
        #expect(end.stderr.contains(reference.last ?? "") && end.stderr.contains("help:"), "\(end.stderr)")
    }

    /// A run that died before it could note anything is no run yet: it hides none.
    @Test(arguments: [false, true]) func `a run that died at once is passed over`(_ hasJournal: Bool) async throws {
        let (run, results) = try await killed()
        try FileManager.default.createDirectory(
            atPath: run.folder("results/report/20991231T235959Z-ffffff"),
            withIntermediateDirectories: false
        )
        if hasJournal { try run.folder.write("", to: "results/report/20991231T235959Z-ffffff/journal.ndjson") }
        let cleaned = try await runner("clean", "--keep", "1", "--resumable", in: run.folder)
        #expect(cleaned.status == 0, "\(cleaned.stderr)")
        #expect(run.folder.has("\(results.path)/journal.ndjson"), "the run that counts was removed: \(cleaned.text)")
        let end = try await resume(run)
        #expect(end.status == 0, "\(end.stderr)")
        try await run.expectEachOnce(2000, InterruptedRun.Story(lines: [end.stderr]))
    }

    @Test func `a run that can be resumed is removed by an explicit word alone`() async throws {
        let (run, results) = try await killed()
        let careful = try await runner("clean", "--keep", "0", in: run.folder)
        #expect(careful.status == 0 && careful.text.isEmpty, "\(careful.text) \(careful.stderr)")
        #expect(careful.stderr.contains("1 older run can be resumed") && careful.stderr.contains("--resumable"))
        #expect(run.folder.has("\(results.path)/journal.ndjson"))
        let thorough = try await runner("clean", "--keep", "0", "--resumable", in: run.folder)
        #expect(thorough.text == "\(results.path)\n", "\(thorough.stderr)")
        #expect(!run.folder.has(results.path))
    }

    @Test(arguments: ["a line", "a byte", "the first line", "a lost line"])
    func `a damaged journal is refused, and nothing is sent`(_ damage: String) async throws {
        let (run, results) = try await killed()
        let path = "\(results.path)/journal.ndjson"
        let journal = try run.folder.read(path)
        var lines = String(decoding: journal, as: UTF8.self).split(separator: "\n").map(String.init)
        let place = lines.count / 2
        switch damage {
        case "a line": lines[place] = "garbage"
        case "a byte": lines[place] = lines[place].replacing("\"seq\":", with: "\"sex\":")
        case "the first line": lines[0] = lines[0].replacing("run_started", with: "run_startled")
        default: lines.remove(at: place)
        }
        try run.folder.write(lines.joined(separator: "\n") + "\n", to: path)
        let before = try await Ledger.atRest(run.sandbox)
        let end = try await resume(run)
        #expect(end.status == 74, "\(end.stderr)")
        #expect(end.stderr.contains("journal.ndjson") && end.stderr.contains("help:"), "\(end.stderr)")
        #expect(try await Ledger.atRest(run.sandbox) == before)
        let listed = try await runner("runs", in: run.folder)
        #expect(listed.status == 0 && listed.text.contains("report"), "\(listed.stderr)")
        let row = listed.text.split(separator: "\n").last?.split(separator: " ").dropFirst(2) ?? []
        #expect(row.joined(separator: " ") == "crashed (unreadable) ? ? ? -", "\(listed.text)")
        #expect(listed.stderr.contains("journal.ndjson") && listed.stderr.contains("runner show"), "\(listed.stderr)")
        try run.folder.write(journal, to: path)
        var story = InterruptedRun.Story(lines: [end.stderr])
        try await run.finish(&story)
        try await run.expectEachOnce(2000, story)
    }

    @Test func `a run from another folder`() async throws {
        let (run, results) = try await killed()
        let elsewhere = try TemporaryFolder()
        let end = try await runner(
            "resume",
            run.folder(results.path),
            in: elsewhere,
            environment: run.sandbox.credentials
        )
        #expect(end.status == 0, "\(end.stderr)")
        try await run.expectEachOnce(2000, InterruptedRun.Story(lines: [end.stderr]))
        #expect(elsewhere.files() == [])
    }

    @Test func `a folder that goes while the run is going on`() async throws {
        let run = try await InterruptedRun(.unsafe, sandboxOptions: ["--latency", "20ms"])
        let process = try startRunner("job.yaml", in: run.folder, environment: run.sandbox.credentials)
        #expect(try await process.poll(for: .seconds(20)) { run.results != nil })
        try FileManager.default.removeItem(atPath: run.folder("results"))
        let end = try await process.end(within: .seconds(20))
        #expect([73, 74].contains(end.status), "\(end.stderr)")
        #expect(end.stderr.contains("results/report"), "\(end.stderr)")
        #expect(try await Ledger.atRest(run.sandbox).repeated == [])
        #expect(!run.folder.has("results"))
    }

    @Test func `a folder that can't be written any more`() async throws {
        let (run, results) = try await killed()
        // Root writes where it may not, so a file system that is read-only in a name space of its own.
        let script = """
            mount --bind results results && mount -o remount,bind,ro results || exit 99
            exec "$0" resume --last report
            """
        let end = try await command(
            "unshare",
            ["--user", "--map-root-user", "--mount", "sh", "-c", script, Repository.runner],
            in: run.folder,
            environment: run.sandbox.credentials
        )
        guard end.status != 99, !end.stderr.contains("unshare failed") else {
            return withKnownIssue("no file system can be mounted here", isIntermittent: true) {
                Issue.record("skipped: \(end.stderr)")
            }
        }
        #expect([73, 74].contains(end.status), "\(end.stderr)")
        #expect(end.stderr.contains("read-only") && end.stderr.contains("results/report"), "\(end.stderr)")
        let shown = try await runner("show", results.path, in: run.folder)
        #expect(shown.status == 0)
        var story = InterruptedRun.Story(lines: [end.stderr])
        try await run.finish(&story)
        try await run.expectEachOnce(2000, story)
    }
}
