import Foundation
import Glibc
import Testing

/// `kill -9` at any moment: what has a final name is whole, and the next run works.
@Suite(.paced) struct KillTests {
    @Test(arguments: [0, 1, 2, 3, 4, 5, 6, 7]) func `a killed run leaves only whole files`(_ round: Int) async throws {
        let folder = try TemporaryFolder()
        let job = """
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
        try folder.write(job, to: "job.yaml")
        let run = try startRunner("job.yaml", in: folder)
        // At the token, in the first, second and third file, between them, and near the end.
        let pages = [0, 1, 2, 6, 11, 12, 17, 21][round]
        #expect(try await run.poll(for: .seconds(20)) { UnavailableTests.pages(in: folder) >= pages })
        run.send(SIGKILL)
        let end = try await run.end(within: .seconds(10))
        let killed = try? RunResults(job: "loans", in: folder)
        if let killed, try killed.names.contains("journal.ndjson") { try await expectWhole(killed) }
        let next = try await runner("job.yaml", in: folder)
        #expect(next.status == 0, "after \(pages) pages and \(end.status): \(next.stderr)")
        let results = try RunResults(job: "loans", in: folder, after: killed)
        #expect(try results.manifest().steps.map(\.records) == [5, 3000, 3000])
        try await results.expectWhole()
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
