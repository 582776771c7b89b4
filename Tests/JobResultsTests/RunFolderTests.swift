import Foundation
import JSONBytes
import JobExecution
import JobPlan
import JobResults
import JobSpec
import Secrets
import Testing

@Suite struct RunFolderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func wholeRun() async throws {
        let run = try await makeRun(in: folder)
        try await run.record(.stepStarted(loans, title: "Loans"))
        let file = try await run.open(loans)
        try file.append("{\"id\":1}\n{\"id\":2}\n")
        try await file.commit(PageCommit(item: 0, page: 0, records: 2))
        try await run.record(.pageCommitted(loans, PageCommit(item: 0, page: 0, records: 2), total: 3))
        try file.append("{\"broken\":")
        try file.rollback()
        try file.append("{\"id\":3}\n")
        #expect(try names(in: run.path) == ["journal.ndjson", "loans.ndjson.partial"])
        try await file.commit(PageCommit(item: 0, page: 1, records: 1))
        let published = try await file.publish()
        #expect(published.name == "loans.ndjson")
        #expect(published.bytes == 27)
        #expect(published.records == 3)
        #expect(try readBytes(run.path + "/loans.ndjson") == Array("{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n".utf8))
        var step = StepReport(id: loans, state: .done)
        step.file = published
        step.records = 3
        var report = RunReport()
        report.steps = [step]
        try await run.record(.stepFinished(step, outputs: [:]))
        try await run.finish(report: report)
        #expect(try names(in: run.path) == ["journal.ndjson", "loans.ndjson", "manifest.json"])
        let events = try journal(of: run).map(\.event)
        #expect(
            events == [
                "run_started", "step_started", "page_committed", "page_committed", "file_published", "step_finished",
                "run_finished",
            ]
        )
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/results/nightly/latest")
        #expect(link == run.id.name)
    }
}
