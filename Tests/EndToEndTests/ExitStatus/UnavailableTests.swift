import Foundation
import Testing

/// 69 and 75: the API is not there, or says when to come back.
@Suite(.paced) struct UnavailableTests {
    @Test func `nothing listens`() async throws {
        let folder = try TemporaryFolder()
        let nobody = try ClosedPort()
        let environment = SandboxProcess.environment(
            tokenURL: "\(nobody.url)/oauth/token",
            baseURL: nobody.url,
            extra: Jobs.impatient
        )
        try folder.write(Jobs.loans(environment), to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: Jobs.credentials)
        #expect(run.status == 69, "\(run.stderr)")
        #expect(run.stderr.contains("refused"), "\(run.stderr)")
        #expect(run.stderr.contains("token"), "\(run.stderr)")
        #expect(run.stderr.contains("token_url"), "\(run.stderr)")
    }

    @Test func `the API is killed half-way, comes back, and the run is resumed`() async throws {
        let folder = try TemporaryFolder()
        let sandbox = try await SandboxProcess("--loans", "20000", "--latency", "20ms")
        let relay = try await PythonServer(relayTo: sandbox.port)
        try folder.write(Jobs.loans(relay.environment(extra: Jobs.impatient), concurrency: 2), to: "job.yaml")
        let run = try startRunner("job.yaml", in: folder, environment: sandbox.credentials)
        #expect(try await run.poll(for: .seconds(20)) { Self.pages(in: folder) > 3 })
        try await sandbox.kill()
        let end = try await run.end(within: .seconds(20))
        #expect(end.status == 69, "\(end.stderr)")
        for text in ["step `loans`", "/v3/partner/1/loans?", "attempt 3", "job.yaml:", "help:"] {
            #expect(end.stderr.contains(text), "\(text) in \(end.stderr)")
        }
        let results = try RunResults(job: "loans", in: folder)
        #expect(try !results.names.contains("loans.ndjson"))
        #expect(try results.manifest().state == "failed")
        _ = try results.journal()

        let again = try await SandboxProcess("--loans", "20000")
        try relay.relay(to: again.port)
        let resumed = try await runner("resume", "--last", "loans", in: folder, environment: again.credentials)
        #expect(resumed.status == 0, "\(resumed.stderr)")
        let fresh = try await runner("job.yaml", "-o", "fresh", in: folder, environment: again.credentials)
        #expect(fresh.status == 0, "\(fresh.stderr)")
        let whole = try RunResults(job: "loans", in: folder, output: "fresh")
        #expect(try results.data("loans.ndjson") == whole.data("loans.ndjson"))
        try await results.expectWhole()
    }

    @Test func `the API is killed and the connection refused`() async throws {
        let folder = try TemporaryFolder()
        let sandbox = try await SandboxProcess("--loans", "100000", "--latency", "20ms")
        try folder.write(Jobs.loans(sandbox.environment(extra: Jobs.impatient), concurrency: 2), to: "job.yaml")
        let run = try startRunner("job.yaml", in: folder, environment: sandbox.credentials)
        #expect(try await run.poll(for: .seconds(20)) { Self.pages(in: folder) > 3 })
        try await sandbox.kill()
        let end = try await run.end(within: .seconds(20))
        #expect(end.status == 69, "\(end.stderr)")
        for text in ["step `loans`", "refused the connection", "attempt 3", "check `base_url`"] {
            #expect(end.stderr.contains(text), "\(text) in \(end.stderr)")
        }
    }

    @Test func `a server that always fails`() async throws {
        let folder = try TemporaryFolder()
        let sandbox = try await SandboxProcess("--faults", "GET /loans #* = 503; retry-after=none")
        try folder.write(Jobs.loans(sandbox.environment(extra: Jobs.impatient)), to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: sandbox.credentials)
        #expect(run.status == 69, "\(run.stderr)")
        for text in ["step `loans`", "HTTP 503 Service Unavailable", "attempt 3", "raise `retry`"] {
            #expect(run.stderr.contains(text), "\(text) in \(run.stderr)")
        }
    }

    @Test func `an API that never answers`() async throws {
        let folder = try TemporaryFolder()
        let sandbox = try await SandboxProcess("--faults", "GET /loans #2- = stall")
        let environment = sandbox.environment(extra: Jobs.impatient)
        let job = Jobs.loans(environment, concurrency: 1).replacing("/loans\" }", with: "/loans\", timeout: 200ms }")
        try folder.write(job, to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: sandbox.credentials, within: .seconds(20))
        #expect(run.status == 69, "\(run.stderr)")
        for text in ["step `loans`", "no whole answer in time", "attempt 3", "request.timeout"] {
            #expect(run.stderr.contains(text), "\(text) in \(run.stderr)")
        }
    }

    @Test(arguments: ["step", "job"]) func `time that is up`(_ whose: String) async throws {
        let folder = try TemporaryFolder()
        let sandbox = try await SandboxProcess("--faults", "GET /loans #2- = stall")
        var job = Jobs.loans(sandbox.environment(), concurrency: 1, step: whose == "step" ? "timeout: 300ms" : "")
        if whose == "job" { job = "timeout: 300ms\n" + job }
        try folder.write(job, to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: sandbox.credentials, within: .seconds(20))
        // Either way a resume goes on with the whole time anew.
        #expect([69, 75].contains(run.status), "\(run.stderr)")
        #expect(run.duration < .seconds(5), "\(run.duration)")
        #expect(run.stderr.contains("step `loans`"), "\(run.stderr)")
        #expect(run.stderr.contains("time"), "\(run.stderr)")
        #expect(try !RunResults(job: "loans", in: folder).names.contains("loans.ndjson"))
    }

    @Test(arguments: ["retry-after=86400", "retry-after=date+86400"])
    func `a Retry-After beyond the cap is 75, with a time`(_ setting: String) async throws {
        let folder = try TemporaryFolder()
        let sandbox = try await SandboxProcess("--faults", "GET /loans #2 = 429; \(setting)")
        try folder.write(Jobs.loans(sandbox.environment()), to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: sandbox.credentials, within: .seconds(20))
        #expect(run.status == 75, "\(run.stderr)")
        #expect(run.stderr.contains("step `loans`"), "\(run.stderr)")
        let match = try #require(
            run.stderr.firstMatch(of: /again at (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)/),
            "\(run.stderr)"
        )
        let time = try #require(ISO8601DateFormatter().date(from: String(match.1)))
        #expect(abs(time.timeIntervalSinceNow - 86_400) < 60)
    }

    @Test func `a token endpoint that asks for a day is 75`() async throws {
        let folder = try TemporaryFolder()
        let sandbox = try await SandboxProcess("--faults", "POST /oauth/token #* = 429; retry-after=86400")
        try folder.write(Jobs.loans(sandbox.environment()), to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: sandbox.credentials, within: .seconds(20))
        #expect(run.status == 75, "\(run.stderr)")
        #expect(run.stderr.contains("token endpoint"), "\(run.stderr)")
    }

    @Test func `a short Retry-After is obeyed`() async throws {
        let folder = try TemporaryFolder()
        let sandbox = try await SandboxProcess("--faults", "GET /loans #1 = 429; retry-after=1")
        try folder.write(Jobs.loans(sandbox.environment()), to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: sandbox.credentials)
        #expect(run.status == 0, "\(run.stderr)")
        #expect(run.duration > .seconds(1))
    }

    @Test func `a second run of the same job is 75 while one runs`() async throws {
        let folder = try TemporaryFolder()
        let sandbox = try await SandboxProcess("--latency", "300ms")
        try folder.write(Jobs.loans(sandbox.environment(), concurrency: 1, limit: 10), to: "job.yaml")
        let first = try startRunner("job.yaml", in: folder, environment: sandbox.credentials)
        #expect(try await first.poll(for: .seconds(20)) { Self.pages(in: folder) > 0 })
        let second = try await runner("job.yaml", in: folder, environment: sandbox.credentials)
        #expect(second.status == 75, "\(second.stderr)")
        #expect(second.stderr.contains("\(first.pid)"), "\(second.stderr)")
        #expect(second.stderr.contains("loans"), "\(second.stderr)")
        // Another output folder is another matter.
        let other = try await runner(
            "job.yaml",
            "--dry-run",
            "-o",
            "other",
            in: folder,
            environment: sandbox.credentials
        )
        #expect(other.status == 0)
        first.send(SIGTERM)
        #expect(try await first.end(within: .seconds(10)).status == 143)
    }

    /// How many pages the running job has committed.
    static func pages(in folder: TemporaryFolder) -> Int {
        guard let results = try? RunResults(job: "loans", in: folder), let journal = try? results.data("journal.ndjson")
        else { return 0 }
        return String(decoding: journal, as: UTF8.self).ranges(of: #""event":"page_committed""#).count
    }
}
