import Foundation
import Glibc
import Testing

/// 130, 143 and a pipe that closes: a run that is stopped leaves nothing half under a final name.
@Suite(.paced) struct SignalTests {
    /// Where a run may be when the signal comes.
    static let places: [(name: String, faults: String, reached: String)] = [
        ("the token is on its way", "POST /oauth/token #* = stall", "POST /oauth/token"),
        ("a page is on its way", "GET /loans #2 = stall", "offset=300"),
        ("a page is half here", "GET /loans #* = slow; slow-for=20000", "GET /v3/partner/1/loans"),
        ("the run waits to try again", "GET /loans #2 = 503; retry-after=55", "offset=300"),
    ]

    @Test(arguments: places.indices, [SIGINT, SIGTERM])
    func `a signal stops the run promptly`(_ index: Int, _ signal: Int32) async throws {
        let (name, faults, reached) = Self.places[index]
        let folder = try TemporaryFolder()
        let sandbox = try await SandboxProcess("--faults", faults)
        let relay = try await PythonServer(relayTo: sandbox.port)
        try folder.write(Jobs.loans(relay.environment(), concurrency: 1), to: "job.yaml")
        let run = try startRunner("job.yaml", in: folder, environment: sandbox.credentials)
        let isThere = try await run.poll(for: .seconds(20)) { relay.seen.contains(reached) }
        #expect(isThere, "\(name): \(run.standardError)")
        let sent = ContinuousClock.now
        run.send(signal)
        let end = try await run.end(within: .seconds(20))
        #expect(ContinuousClock.now - sent < .seconds(5), "\(name)")
        #expect(end.status == 128 + signal, "\(name): \(end.stderr)")
        #expect(end.signal == nil, "\(name): the signal ended the process, not the run")
        #expect(end.stderr.contains("stopped by a signal"), "\(name): \(end.stderr)")
        let results = try RunResults(job: "loans", in: folder)
        #expect(try !results.names.contains("loans.ndjson"), "\(name)")
        #expect(try results.journal().map(\.seq) == Array(1...(try results.journal().count)), "\(name)")
        #expect(try results.manifest().state != "done", "\(name)")
        // The lock is gone with its holder.
        let next = try await runner("job.yaml", "--dry-run", in: folder, environment: sandbox.credentials)
        #expect(next.status == 0)
    }

    @Test func `the embedded sandbox stops too`() async throws {
        let folder = try TemporaryFolder()
        let job = Jobs.loans(
            "environments: { test: { extends: sandbox, sandbox: { loans: 100000, latency: 50ms } } }",
            concurrency: 2
        )
        try folder.write(job, to: "job.yaml")
        let run = try startRunner("job.yaml", in: folder)
        #expect(try await run.poll(for: .seconds(20)) { UnavailableTests.pages(in: folder) > 2 })
        run.send(SIGINT)
        let end = try await run.end(within: .seconds(5))
        #expect(end.status == 130, "\(end.stderr)")
        #expect(end.stderr.contains("stopped by a signal"), "\(end.stderr)")
    }

    @Test(arguments: [SIGINT, SIGTERM]) func `runner sandbox ends with 0 when it is stopped`(_ signal: Int32)
        async throws
    {
        let folder = try TemporaryFolder()
        let sandbox = try startRunner("sandbox", in: folder)
        #expect(try await sandbox.poll(for: .seconds(10)) { sandbox.standardOutput.contains("\n") })
        sandbox.send(signal)
        let end = try await sandbox.end(within: .seconds(5))
        #expect(end.status == 0, "\(end.stderr)")
        #expect(end.text.split(separator: "\n").count == 1)
    }

    /// strace holds the run up while its account already says `done`.
    @Test(.enabled(if: Executable.path(of: "strace") != nil), arguments: [SIGINT, SIGTERM])
    func `a run that is done is 0, whatever signal comes`(_ signal: Int32) async throws {
        let folder = try TemporaryFolder()
        let job = Jobs.loans("environments: { test: { extends: sandbox, sandbox: { loans: 20 } } }")
        try folder.write(job, to: "job.yaml")
        let slow = ["-f", "-o", "/dev/null", "-e", "trace=symlinkat", "-e", "inject=symlinkat:delay_exit=1000000"]
        let run = try start("strace", slow + [Repository.runner, "job.yaml"], in: folder)
        let isDone = try await run.poll(for: .seconds(30)) {
            (try? RunResults(job: "loans", in: folder).manifest().state) == "done"
        }
        #expect(isDone, "\(run.standardError)")
        let holder = String(decoding: try folder.read("results/loans/.lock"), as: UTF8.self)
        let pid = try #require(holder.firstMatch(of: /"pid":(\d+)/).flatMap { pid_t($0.1) })
        kill(pid, signal)
        let end = try await run.end(within: .seconds(20))
        #expect(end.status == 0, "\(end.stderr)")
        #expect(end.stderr.contains("done: 20 records"), "\(end.stderr)")
        #expect(!end.stderr.contains("resume"), "\(end.stderr)")
    }

    @Test func `a pipe that closes ends the run quietly`() async throws {
        let folder = try TemporaryFolder()
        let script = """
            { "$0" "$1" --stdout loans 2>messages; echo $? >status; } | head -1
            cat messages >&2
            exit $(cat status)
            """
        let job = Jobs.loans("environments: { test: { extends: sandbox, sandbox: { loans: 20000 } } }")
        try folder.write(job, to: "job.yaml")
        let run = try await command("sh", ["-c", script, Repository.runner, "job.yaml"], in: folder)
        #expect(run.status == 0, "\(run.stderr)")
        #expect(run.text.split(separator: "\n").count == 1)
        #expect(run.text.hasPrefix("{"))
        #expect(!run.stderr.contains("error"), "\(run.stderr)")
    }

    @Test func `a reader that takes nothing does not keep a stopped run`() async throws {
        let folder = try TemporaryFolder()
        let script = """
            sh -c 'echo $$ >pid; exec "$0" "$1" --stdout loans' "$0" "$1" 2>messages; echo $? >status;
            """
        let job = Jobs.loans("environments: { test: { extends: sandbox, sandbox: { loans: 20000 } } }")
        try folder.write(job, to: "job.yaml")
        let pipe = try start("sh", ["-c", "{ \(script) } | sleep 8", Repository.runner, "job.yaml"], in: folder)
        let blocked = try await pipe.poll(for: .seconds(10)) { UnavailableTests.pages(in: folder) > 0 }
        #expect(blocked)
        let text = String(decoding: try folder.read("pid"), as: UTF8.self).trimmingCharacters(in: .newlines)
        let pid = try #require(pid_t(text))
        kill(pid, SIGTERM)
        #expect(try await pipe.poll(for: .seconds(5)) { folder.has("status") })
        #expect(String(decoding: try folder.read("status"), as: UTF8.self) == "143\n")
        pipe.send(SIGTERM)
        _ = try await pipe.end(within: .seconds(10))
    }

    @Test func `--stdout gives the records of one step and nothing else`() async throws {
        let folder = try TemporaryFolder()
        let job = "\(Repository.root)/jobs/nightly.yaml"
        let run = try await runner(job, "--stdout", "loans", in: folder)
        #expect(run.status == 0, "\(run.stderr)")
        #expect(run.stdout == (try RunResults(job: "nightly", in: folder).data("loans.ndjson")))
    }
}
