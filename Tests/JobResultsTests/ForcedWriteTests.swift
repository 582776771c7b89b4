import Foundation
import Glibc
import JobExecution
import JobResults
import JobSpec
import Secrets
import Testing

/// The order in which a run forces things to the disk, and that none of it is forced twice.
@Suite struct ForcedWriteTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What was forced and renamed, with the journal's last event where it was the journal.
    private final class Recorder: Sendable {
        private let list = Locked<[String]>([])

        /// What came since the last look.
        func take() -> [String] {
            list.change { list in
                defer { list = [] }
                return list
            }
        }

        private func note(_ text: String) { list.change { $0.append(text) } }

        private static func path(_ descriptor: Int32) -> String {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")) ?? "?"
        }

        private static func lastEvent(_ path: String) -> String {
            let text = (try? readBytes(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
            let line = text.split(separator: "\n").last ?? ""
            return line.split(separator: "\"event\":\"").last?.split(separator: "\"").first.map(String.init) ?? ""
        }

        var calls: SystemCalls {
            var calls = SystemCalls.system
            let sync: @Sendable (Int32) -> Int32 = { descriptor in
                let path = Self.path(descriptor)
                let name = path.split(separator: "/").last.map(String.init) ?? "/"
                self.note(name == "journal.ndjson" ? "\(name) \(Self.lastEvent(path))" : name)
                return 0
            }
            calls.sync = sync
            calls.syncData = sync
            calls.rename = { folder, old, new in
                self.note("\(old) → \(new)")
                return SystemCalls.system.rename(folder, old, new)
            }
            return calls
        }
    }

    @Test func aRunInItsOrder() async throws {
        let recorder = Recorder()
        let name = "20261124T053703Z-3f9a1c"
        let parent = folder.path.split(separator: "/").last.map(String.init) ?? ""
        let run = try await RunFolder.create(
            root: folder.path + "/results",
            job: #require(StepID("nightly")),
            id: #require(RunID(name)),
            header: testHeader,
            plan: Array("{}\n".utf8),
            redactor: Redactor(),
            calls: recorder.calls
        )
        #expect(recorder.take() == [], "the lock is taken, and nothing waits for the disk yet")
        try await run.begin()
        // Before anything but a token is asked for.
        let made = [".plan.json.partial", ".plan.json.partial → plan.json", "journal.ndjson run_started", name]
        #expect(recorder.take() == made + ["nightly", parent, "results"])
        var report = RunReport()
        for step in [loans, posts] {
            try await run.record(.stepStarted(step, title: "x"))
            // With it the end of the step before.
            #expect(recorder.take() == ["journal.ndjson step_started"])
            let file = try await run.open(step)
            try file.append("{}\n")
            try await file.commit(PageCommit(item: 0, page: 0, records: 1))
            #expect(recorder.take() == [])
            var ended = StepReport(id: step, state: .done)
            ended.file = try await file.publish()
            // A reader never sees what a loss of power could take.
            let partial = "\(step).ndjson.partial"
            #expect(recorder.take() == [partial, "\(partial) → \(step).ndjson", name])
            try await run.record(.stepFinished(ended, outputs: [:]))
            #expect(recorder.take() == [], "the next step or the end of the run takes it along")
            report.steps.append(ended)
        }
        try await run.finish(report: report)
        let names = [".manifest.json.partial → manifest.json", ".latest.partial → latest"]
        let noted = [".manifest.json.partial", "journal.ndjson run_finished"]
        #expect(recorder.take() == noted + names + [name, "nightly"])
    }

    @Test func aRunBeginsOnce() async throws {
        let recorder = Recorder()
        let run = try await makeRun(in: folder, calls: recorder.calls)
        #expect(recorder.take().count == 5)
        try await run.begin()
        #expect(recorder.take() == [])
        run.close()
        let (again, _, _) = try await RunFolder.reopen(path: run.path, redactor: Redactor(), calls: recorder.calls)
        _ = recorder.take()
        try await again.begin()
        #expect(recorder.take() == [])
        #expect(try journal(of: again).map(\.event) == ["run_started", "run_resumed"])
        again.close()
    }

    @Test func aRunThatCanNotBeginGivesTheLockBack() async throws {
        var calls = SystemCalls.system
        calls.sync = { _ in
            errno = EIO
            return -1
        }
        #expect(await sinkError { _ = try await makeRun(in: folder, calls: calls) }?.kind == .cannotCreate)
        let next = try await makeRun(in: folder, id: "20261124T053704Z-000000")
        next.close()
    }
}
