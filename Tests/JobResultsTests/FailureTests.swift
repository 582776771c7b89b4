import Foundation
import Glibc
import JobExecution
import JobResults
import JobSpec
import Synchronization
import Testing

/// Every call that makes results durable fails once, one after another.
@Suite struct FailureTests {
    enum Call: String, CaseIterable { case write, shortWrite, sync, syncData, rename, truncate }

    /// Counts the calls of one kind and lets the k-th and all later ones fail, as a full disk does.
    private final class Fault: Sendable {
        private let count = Atomic(0)
        let position: Int

        init(at position: Int) { self.position = position }

        func fails() -> Bool { count.add(1, ordering: .relaxed).oldValue >= position }

        var wasMet: Bool { count.load(ordering: .relaxed) > position }
    }

    private func calls(_ call: Call, _ number: Int32, _ fault: Fault) -> SystemCalls {
        var calls = SystemCalls.system
        let base = calls
        @Sendable func failure() -> Int32 {
            errno = number
            return -1
        }
        switch call {
        case .write: calls.write = { fault.fails() ? Int(failure()) : base.write($0, $1) }
        case .shortWrite:
            calls.write = { descriptor, bytes in
                if !fault.fails() { return base.write(descriptor, bytes) }
                // Half of it still fits.
                return bytes.count > 1
                    ? base.write(descriptor, UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)]))
                    : Int(failure())
            }
        case .sync: calls.sync = { fault.fails() ? failure() : base.sync($0) }
        case .syncData: calls.syncData = { fault.fails() ? failure() : base.syncData($0) }
        case .rename: calls.rename = { fault.fails() ? failure() : base.rename($0, $1, $2) }
        case .truncate: calls.truncate = { fault.fails() ? failure() : base.truncate($0, $1) }
        }
        return calls
    }

    private static let lines = String(repeating: "{\"id\":1234567890}\n", count: 100_000)

    /// Two pages, one of them tried twice, longer than the buffer; and the end of the run, whatever came before.
    private func perform(_ calls: SystemCalls, in folder: TemporaryFolder) async throws {
        let run = try await makeRun(in: folder, calls: calls)
        var report = RunReport()
        do throws(SinkError) {
            report.steps = [try await loadPages(run)]
        } catch {
            report.failure = RunFailure(error)
            _ = await sinkError { try await run.finish(report: report) }
            throw error
        }
        try await run.finish(report: report)
    }

    private func loadPages(_ run: RunFolder) async throws(SinkError) -> StepReport {
        try await run.record(.stepStarted(loans, title: "Loans"))
        let file = try await run.open(loans)
        do throws(SinkError) {
            try file.append(Self.lines)
            try file.rollback()
            try file.append(Self.lines)
            try await file.commit(PageCommit(item: 0, page: 0, records: 100_000))
            try file.append("{}\n")
            try await file.commit(PageCommit(item: 0, page: 1, records: 1))
            var step = StepReport(id: loans, state: .done)
            step.file = try await file.publish()
            try await run.record(.stepFinished(step, outputs: [:]))
            return step
        } catch {
            await expectPoisoned(file, by: error)
            await file.abandon()
            throw error
        }
    }

    /// The same answer, whatever is asked; unless the journal was the one to fail, or the file is published.
    private func expectPoisoned(_ file: any RecordSink, by error: SinkError) async {
        guard !error.message.contains("journal.ndjson") else { return }
        for _ in 0..<2 {
            #expect(await sinkError { try file.append("{}\n") } == error)
            #expect(await sinkError { try file.rollback() } == error)
            #expect(await sinkError { try await file.commit(PageCommit(item: 0, page: 2, records: 0)) } == error)
            #expect(await sinkError { _ = try await file.publish() } == error)
        }
    }

    @Test(arguments: Call.allCases, [ENOSPC, EIO])
    func everyPosition(of call: Call, error number: Int32) async throws {
        var position = 0
        while true {
            let folder = try TemporaryFolder()
            let fault = Fault(at: position)
            let error = await sinkError { try await perform(calls(call, number, fault), in: folder) }
            guard fault.wasMet else {
                #expect(error == nil)
                break
            }
            let found = try #require(error, "\(call) \(position)")
            #expect(found.message.contains(number == ENOSPC ? "the disk is full" : "the disk reported an error"))
            #expect(found.message.contains(folder.path))
            #expect(found.help != nil)
            try checkWhatIsLeft(in: folder, "\(call) \(position)")
            // The lock is free again, and the next run does it all.
            let next = try await makeRun(in: folder, id: "20261124T053704Z-000000")
            try await next.finish(report: RunReport())
            position += 1
        }
        #expect(position > 0)
    }

    /// Under its final name a file is whole; the journal may be torn, but is never damaged.
    private func checkWhatIsLeft(in folder: TemporaryFolder, _ comment: Comment) throws {
        let path = folder.path + "/results/nightly/20261124T053703Z-3f9a1c"
        let whole = Array((Self.lines + "{}\n").utf8)
        if let bytes = try? readBytes(path + "/loans.ndjson") { #expect(bytes == whole, comment) }
        if let bytes = try? readBytes(path + "/manifest.json") { #expect(bytes.last == UInt8(ascii: "\n"), comment) }
        if FileManager.default.fileExists(atPath: path + "/journal.ndjson") {
            _ = try JournalReader.read(path: path + "/journal.ndjson") { _ in }
        }
    }

    /// Entries after a torn line would make it damage that no reader may cut off.
    @Test(arguments: [false, true])
    func journalEndsAtItsFirstError(runFails: Bool) async throws {
        let folder = try TemporaryFolder()
        let isFull = Atomic(false)
        var calls = SystemCalls.system
        calls.write = { descriptor, bytes in
            guard isFull.exchange(false, ordering: .relaxed) else { return SystemCalls.system.write(descriptor, bytes) }
            errno = ENOSPC
            return -1
        }
        let run = try await makeRun(in: folder, calls: calls)
        isFull.store(true, ordering: .relaxed)
        let error = try #require(await sinkError { try await run.record(.notice(loans, "first")) })
        #expect(await sinkError { try await run.record(.notice(loans, "second")) } == error)
        var report = RunReport()
        report.failure = runFails ? RunFailure(error) : nil
        #expect(await sinkError { try await run.finish(report: report) } == error)
        #expect(try journal(of: run).map(\.event) == ["run_started"])
        #expect(FileManager.default.fileExists(atPath: run.path + "/manifest.json") == runFails)
    }

    @Test func interruptionsAreNoFailures() async throws {
        let folder = try TemporaryFolder()
        let count = Atomic(0)
        var calls = SystemCalls.system
        calls.write = { descriptor, bytes in
            if count.add(1, ordering: .relaxed).oldValue.isMultiple(of: 2) {
                errno = EINTR
                return -1
            }
            return write(descriptor, bytes.baseAddress, min(bytes.count, 777_777))
        }
        try await perform(calls, in: folder)
        let path = folder.path + "/results/nightly/latest/loans.ndjson"
        #expect(try readBytes(path) == Array((Self.lines + "{}\n").utf8))
    }
}
