import Foundation
import Testing

/// The system's clock is set while a run goes on: tokens are renewed, and nothing runs in circles.
@Suite(.paced, .enabled(if: Executable.path(of: "faketime") != nil)) struct ClockTests {
    /// Wall-clock time comes from the file `clock`, which is read anew each time; waits are not touched.
    ///
    /// The wrapper sets the library up, so that it has no need to touch the environment in the command: a Swift program
    /// loses its arguments when a preloaded library does.
    private static func underClock(_ folder: TemporaryFolder) -> [String] {
        [
            "-f", "+0", "env", "-u", "FAKETIME", "FAKETIME_TIMESTAMP_FILE=\(folder("clock"))", "FAKETIME_NO_CACHE=1",
            "FAKETIME_DONT_FAKE_MONOTONIC=1", Repository.runner, "job.yaml",
        ]
    }

    @Test(arguments: ["+13h", "-13h", "+400d"])
    func `a jump with the API's clock along`(_ jump: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write("+0", to: "clock")
        let job = Jobs.loans(
            "environments: { test: { extends: sandbox, sandbox: { loans: 6000, latency: 20ms } } }",
            concurrency: 2
        )
        try folder.write(job, to: "job.yaml")
        let run = try start("faketime", Self.underClock(folder), in: folder)
        #expect(try await run.poll(for: .seconds(20)) { UnavailableTests.pages(in: folder) > 2 })
        try folder.write(jump, to: "clock")
        let end = try await run.end(within: .seconds(30))
        #expect(end.status == 0, "\(end.stderr)")
        let results = try RunResults(job: "loans", in: folder)
        #expect(try results.records("loans").count == 6000)
        let fetches = try #require(try results.manifest().tokens.first).fetches
        // A token's life is measured by a clock that nobody can set: no renewal is missed, and none is repeated.
        #expect((1...2).contains(fetches), "\(fetches)")
    }

    /// Only this machine's clock is behind: every token looks as if it lived for days.
    @Test(arguments: ["-13h", "-400d"])
    func `a clock that is wrong from the start`(_ shift: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write(shift, to: "clock")
        let sandbox = try await SandboxProcess("--loans", "6000")
        let relay = try await PythonServer(relayTo: sandbox.port)
        try folder.write(Jobs.loans(relay.environment(), concurrency: 2), to: "job.yaml")
        let run = try await command(
            "faketime",
            Self.underClock(folder),
            in: folder,
            environment: sandbox.credentials,
            within: .seconds(30)
        )
        #expect(run.status == 0, "\(run.stderr)")
        #expect(try RunResults(job: "loans", in: folder).records("loans").count == 6000)
        let fetches = relay.seen.ranges(of: "POST /oauth/token").count
        #expect(fetches <= 2, "\(fetches) tokens for 20 pages")
    }

    @Test func `a clock that is ahead of every token's life is named as the cause`() async throws {
        let folder = try TemporaryFolder()
        try folder.write("+13h", to: "clock")
        let sandbox = try await SandboxProcess()
        let relay = try await PythonServer(relayTo: sandbox.port)
        try folder.write(Jobs.loans(relay.environment()), to: "job.yaml")
        let run = try await command(
            "faketime",
            Self.underClock(folder),
            in: folder,
            environment: sandbox.credentials,
            within: .seconds(30)
        )
        #expect(run.status == 76, "\(run.stderr)")
        #expect(run.stderr.contains("the token had expired when it arrived"), "\(run.stderr)")
        #expect(run.stderr.contains("check the clock of this machine"), "\(run.stderr)")
        #expect(relay.seen.ranges(of: "POST /oauth/token").count <= 3)
        #expect(!relay.seen.contains("/v3/partner"))
    }
}
