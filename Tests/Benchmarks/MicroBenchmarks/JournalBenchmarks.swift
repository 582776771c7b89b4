import Benchmark
import JobExecution
import JobResults
import JobSpec
import Secrets

/// The journal of a run in the folder for temporary files: lines that wait for nothing, and intents of writes, each on the
/// disk before its write may be sent. What the disk takes is in it, and differs from disk to disk.
func benchmarkJournal() {
    Benchmark("Journal, line", configuration: .init(scalingFactor: .kilo)) { benchmark in
        let journal = try await JournalOfOneRun()
        defer { journal.end() }
        benchmark.startMeasurement()
        for line in benchmark.scaledIterations {
            try await journal.run.record(.notice(journal.step, "the page \(line) came without a total"))
        }
        benchmark.stopMeasurement()
    }

    for inFlight in [1, 8] {
        Benchmark("Journal, 64 intents on the disk, \(inFlight) in flight") { benchmark in
            let journal = try await JournalOfOneRun()
            defer { journal.end() }
            let file = try await journal.run.open(journal.step)
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for worker in 0..<inFlight {
                        group.addTask {
                            for call in stride(from: worker, to: 64, by: inFlight) {
                                try await file.intend(
                                    CallIntent(call: call, key: "loans#\(call)", items: call..<call + 1)
                                )
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            benchmark.stopMeasurement()
            await file.abandon()
        }
    }
}

/// A run that has begun, in a folder of its own, for one measurement.
private struct JournalOfOneRun: Sendable {
    let run: RunFolder
    let step: StepID
    private let folder: TemporaryFolder

    init() async throws {
        guard let job = StepID("nightly"), let step = StepID("loans") else { throw UnexpectedResult() }
        self.step = step
        folder = try TemporaryFolder()
        run = try await RunFolder.create(
            root: folder.path + "/results",
            job: job,
            id: RunID(),
            header: RunHeader(planHash: "ab12", environment: "sandbox", asOf: "2026-11-24T05:37:03Z", version: "1"),
            redactor: Redactor()
        )
        try await run.begin()
    }

    func end() {
        run.close()
        folder.remove()
    }
}
