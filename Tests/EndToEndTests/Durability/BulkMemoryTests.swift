import Foundation
import Testing

/// Input of any size in flat memory.
///
/// `RUNNER_BULK_ROWS` sets the number of rows; 1,000,000 is what a release is tested with.
@Suite(.paced) struct BulkMemoryTests {
    @Test func `rows go through in 64 MB`() async throws {
        let rows = ProcessInfo.processInfo.environment["RUNNER_BULK_ROWS"].flatMap { Int($0) } ?? 100_000
        let job = DurableJob.report("bulk", rows: rows, batch: 250, "  idempotency_key: auto")
        let run = try await InterruptedRun(job)
        let end = try await runner(
            "job.yaml",
            in: run.folder,
            environment: run.sandbox.credentials,
            within: .seconds(600)
        )
        #expect(end.status == 0, "\(end.stderr)")
        #expect(end.peakMemory > 0 && end.peakMemory < 64 << 10, "\(end.peakMemory) KiB")
        let ledger = try await Ledger(run.sandbox)
        #expect(ledger.loans.count == rows)
        #expect(ledger.repeated == [])
        print("\(rows) rows in \(end.duration), \(end.peakMemory) KiB at most")
    }
}
