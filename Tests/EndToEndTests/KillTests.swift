import Foundation
import Glibc
import Testing

/// `kill -9` at any moment: what has a final name is whole, and the next run works.
@Suite(.paced) struct KillTests {
    private static let job = """
        name: loans
        environment: test
        environments: { test: { extends: sandbox, sandbox: { loans: 3000, latency: 4ms } } }
        steps:
          - id: themes
            request: { path: "/v3/partner/${{ token.partnerId }}/config/themes" }
          - id: loans
            request: { path: "/v3/partner/${{ token.partnerId }}/loans" }
          - id: again
            request: { path: "/v3/partner/${{ token.partnerId }}/loans" }
        """
    /// Pages after which runs die: at the token, in the first, second and third file, between them, near the end.
    static let moments = [0, 1, 2, 6, 11, 12, 17, 21]

    /// A folder with a run that was killed after that many pages.
    private static func killedRun(after pages: Int, by signal: Int32 = SIGKILL) async throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(job, to: "job.yaml")
        let run = try startRunner("job.yaml", in: folder)
        #expect(try await run.poll(for: .seconds(20)) { UnavailableTests.pages(in: folder) >= pages })
        run.send(signal)
        _ = try await run.end(within: .seconds(10))
        return folder
    }

    @Test(arguments: moments) func `a killed run leaves only whole files, and the next one works`(
        _ pages: Int
    ) async throws {
        let folder = try await Self.killedRun(after: pages)
        let killed = try? RunResults(job: "loans", in: folder)
        if let killed, try killed.names.contains("journal.ndjson") { try await expectWhole(killed) }
        let next = try await runner("job.yaml", in: folder)
        #expect(next.status == 0, "after \(pages) pages: \(next.stderr)")
        let results = try RunResults(job: "loans", in: folder, after: killed)
        #expect(try results.manifest().steps.map(\.records) == [5, 3000, 3000])
        try await results.expectWhole()
    }

    @Test(arguments: moments.dropFirst(), [SIGKILL, SIGTERM])
    func `a run that died is resumed, to the bytes of one that lived`(_ pages: Int, _ signal: Int32) async throws {
        let folder = try await Self.killedRun(after: pages, by: signal)
        let died = try RunResults(job: "loans", in: folder)
        let resumed = try await runner("resume", "--last", "loans", in: folder)
        let wasDone = try died.manifest().state == "done" && resumed.status != 0
        #expect(resumed.status == 0 || wasDone, "after \(pages) pages: \(resumed.stderr)")
        let lived = try TemporaryFolder()
        try lived.write(Self.job, to: "job.yaml")
        #expect(try await runner("job.yaml", in: lived).status == 0)
        let whole = try RunResults(job: "loans", in: lived)
        for name in ["themes.ndjson", "loans.ndjson", "again.ndjson"] {
            #expect(try died.data(name) == whole.data(name), "\(name) after \(pages) pages")
        }
        try await died.expectWhole()
    }

    /// Like ``RunResults/expectWhole``, for a journal whose last line may be torn, and a file that was published but not
    /// yet noted: its records then end with a line break, and are all there.
    private func expectWhole(_ results: RunResults) async throws {
        let lines = try results.data("journal.ndjson").split(separator: UInt8(ascii: "\n"))
        let events = lines.compactMap { try? JSONDecoder().decode(JournalEvent.self, from: $0) }
        #expect(events.count >= lines.count - 1)
        let expected = ["themes.ndjson": 5, "loans.ndjson": 3000, "again.ndjson": 3000]
        for name in try results.names {
            guard let count = expected[name] else { continue }
            let data = try results.data(name)
            #expect(data.last == UInt8(ascii: "\n"))
            #expect(data.split(separator: UInt8(ascii: "\n")).count == count)
            guard let event = events.first(where: { $0.event == "file_published" && $0.file == name }) else { continue }
            #expect(try await results.sha256(name) == event.sha256)
        }
    }
}
