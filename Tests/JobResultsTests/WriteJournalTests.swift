import Crypto
import Dispatch
import Foundation
import Glibc
import JSONBytes
import JobExecution
import JobPlan
import JobResults
import JobSpec
import Secrets
import Synchronization
import Testing

/// Intents and outcomes of writes, and what a person says about them.
@Suite struct WriteJournalTests {
    let folder: TemporaryFolder
    var path: String { folder.path + "/results/nightly/20261124T053703Z-3f9a1c" }

    init() throws { folder = try TemporaryFolder() }

    @Test func intentIsOnTheDiskWhenItReturns() async throws {
        let synced = Locked(0)
        var calls = SystemCalls.system
        calls.syncData = { descriptor in
            var status = stat()
            fstat(descriptor, &status)
            let size = Int(status.st_size)
            synced.change { $0 = size }
            return SystemCalls.system.syncData(descriptor)
        }
        let run = try await makeRun(in: folder, calls: calls)
        let file = try await run.open(loans)
        let intent = CallIntent(call: 0, key: "k", items: 0..<2)
        try await file.intend(intent)
        #expect(synced.value == (try readBytes(path + "/journal.ndjson")).count)
        try await file.settle(CallOutcome(intent: intent, state: .done, record: Array("{}".utf8)))
        #expect(synced.value == (try readBytes(path + "/journal.ndjson")).count)
        let lines = try journal(of: run).suffix(2).map { $0.json }
        #expect(lines[0]["event"]?.text == "call_intended")
        #expect(lines[0]["first"]?.intValue == 0 && lines[0]["count"]?.intValue == 2)
        #expect(lines[1]["record"]?.text == "{}")
    }

    /// While one sync is under way, the intents of all others wait for the next one together.
    @Test func concurrentIntentsShareASync() async throws {
        let counter = Counter()
        let gate = DispatchSemaphore(value: 0)
        let written = Atomic(0)
        var calls = SystemCalls.system
        calls.write = { descriptor, bytes in
            let result = SystemCalls.system.write(descriptor, bytes)
            if written.add(1, ordering: .sequentiallyConsistent).newValue == 102 { gate.signal() }
            return result
        }
        calls.syncData = { descriptor in
            counter.add()
            // The second one, the first intent's, waits until all lines are written: lock, start, 100 intents.
            if counter.value == 2 { gate.wait() }
            return SystemCalls.system.syncData(descriptor)
        }
        let run = try await makeRun(in: folder, calls: calls)
        let file = try await run.open(loans)
        #expect(counter.value == 1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for call in 0..<100 {
                group.addTask { try await file.intend(CallIntent(call: call, key: "\(call)", items: call..<call + 1)) }
            }
            try await group.waitForAll()
        }
        // One more for those that came while it was under way; none if it came last.
        #expect(counter.value <= 3)
        #expect(try journal(of: run).count == 101)
    }

    @Test func intentThatCanNotBeWrittenIsRefused() async throws {
        let isFull = Atomic(false)
        var calls = SystemCalls.system
        calls.syncData = {
            guard isFull.load(ordering: .relaxed) else { return SystemCalls.system.syncData($0) }
            errno = ENOSPC
            return -1
        }
        let run = try await makeRun(in: folder, calls: calls)
        let file = try await run.open(loans)
        isFull.store(true, ordering: .relaxed)
        let intent = CallIntent(call: 0, key: "k", items: 0..<1)
        #expect(await sinkError { try await file.intend(intent) }?.kind == .io)
        isFull.store(false, ordering: .relaxed)
        #expect(await sinkError { try await file.intend(intent) }?.kind == .io)
    }

    private func crashWithUnknown(_ keys: [String]) async throws {
        let run = try await makeRun(in: folder)
        for step in [loans, posts] {
            try await run.record(.stepStarted(step, title: ""))
            let file = try await run.open(step)
            for (call, key) in keys.enumerated() {
                try await file.intend(CallIntent(call: call, key: key, items: call..<call + 1))
            }
            if step == loans {
                for (call, key) in keys.enumerated() {
                    let intent = CallIntent(call: call, key: key, items: call..<call + 1)
                    let state: CallOutcome.State = call == 0 ? .unknown : .done
                    try await file.settle(
                        CallOutcome(intent: intent, state: state, record: [0x7B, 0x7D], reason: "lost")
                    )
                }
            }
        }
        run.close()
    }

    @Test func aPersonSettles() async throws {
        try await crashWithUnknown(["a", "b"])
        let catalogue = RunCatalogue(root: folder.path + "/results")
        #expect(try await catalogue.find(path).unknown.map(\.place) == ["loans#0", "posts#0", "posts#1"])
        let both = await sinkError { try await RunFolder.resolve(path: path, key: "a", done: true) }
        #expect(both?.kind == .input)
        #expect(both?.help == "name one of: `loans#0`, `posts#0`")
        let none = await sinkError { try await RunFolder.resolve(path: path, key: "zzz", done: true) }
        #expect(none?.help == "of unknown outcome are: `a`, `a`, `b`")
        #expect(try await RunFolder.resolve(path: path, key: "posts#0", done: true) == 2)
        #expect(try await RunFolder.resolve(path: path, key: "a", done: false) == 1)
        #expect(try await RunFolder.resolve(path: path, key: "b", done: true) == 0)
        #expect(try await catalogue.find(path).unknown == [])
        let over = await sinkError { try await RunFolder.resolve(path: path, key: "a", done: true) }
        #expect(over?.help == "it has no call of unknown outcome at all")
        let (run, resume, _) = try await RunFolder.reopen(path: path, redactor: Redactor())
        #expect(resume.begun[loans]?.calls[0]?.state == .notDone)
        #expect(resume.begun[loans]?.calls[1]?.state == .done)
        let resolved = try #require(resume.begun[posts]?.calls[1])
        #expect(resolved.state == .done)
        let line = try JSONParser.parse(resolved.record)
        #expect(line["resolved"]?.boolValue == true)
        #expect(line["key"]?.text == "b")
        #expect(line["items"] == ["first": 1, "count": 1])
        // It is sent again, and the run dies again: what was said before counts no more.
        let file = try await run.open(loans)
        try await file.intend(CallIntent(call: 0, key: "a", items: 0..<1))
        run.close()
        #expect(try await catalogue.find(path).unknown.map(\.place) == ["loans#0"])
    }

    @Test func tornLineIsCutBeforeAnAnswerIsWritten() async throws {
        try await crashWithUnknown(["a"])
        let handle = try #require(FileHandle(forWritingAtPath: path + "/journal.ndjson"))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"v\":1,\"seq\":".utf8))
        try await RunFolder.resolve(path: path, key: "posts#0", done: true)
        let extent = try JournalReader.read(path: path + "/journal.ndjson") { _ in }
        #expect(extent.tornBytes == 0)
    }

    @Test func rejectsArePublishedWithTheirStep() async throws {
        let run = try await makeRun(in: folder)
        let file = try await run.open(loans)
        try file.append("{}\n")
        try file.reject(Array("{\"a\":1}\n{\"b\":2}\n".utf8))
        try await file.commit(PageCommit(item: 0, page: 0, records: 1))
        // An attempt that is given up says nothing about items that were refused before.
        try file.reject(Array("{\"c\":3}\n".utf8))
        try file.append("{")
        try file.rollback()
        #expect(try names(in: path) == ["journal.ndjson", "loans.ndjson.partial", "loans.rejects.ndjson.partial"])
        let published = try await file.publish()
        var step = StepReport(id: loans, state: .done)
        step.file = published
        try await run.record(.stepFinished(step, outputs: [:]))
        var report = RunReport()
        report.steps = [step]
        try await run.finish(report: report)
        #expect(try readBytes(path + "/loans.rejects.ndjson") == Array("{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n".utf8))
        let rejects = try JSONManifest.json(path)["steps"]?[0]?["rejects"]
        #expect(rejects?["file"]?.text == "loans.rejects.ndjson")
        #expect(rejects?["records"]?.intValue == 3)
        #expect(rejects?["sha256"]?.text?.count == 64)
        #expect(try names(in: path) == ["journal.ndjson", "loans.ndjson", "loans.rejects.ndjson", "manifest.json"])
    }

    @Test func rejectsGoBackWithTheirItem() async throws {
        let run = try await makeRun(in: folder)
        let file = try await run.open(loans)
        try file.reject(Array("{\"before\":1}\n".utf8))
        let mark = file.mark()
        try file.append("{}\n")
        try file.reject(Array("{\"after\":1}\n".utf8))
        try await file.commit(PageCommit(item: 0, page: 0, records: 1, position: 1))
        try file.reject(Array("{\"pending\":1}\n".utf8))
        try file.rollback(to: mark)
        run.close()
        let (again, resume, _) = try await RunFolder.reopen(path: path, redactor: Redactor())
        #expect(resume.begun[loans]?.lastPage == nil)
        let resumed = try await again.open(loans)
        _ = try await resumed.publish()
        #expect(try readBytes(path + "/loans.rejects.ndjson") == Array("{\"before\":1}\n".utf8))
        again.close()
    }

    /// Pages without records leave the file as it was, and still belong to an item that is given up.
    @Test func emptyPagesGoBackToo() async throws {
        let run = try await makeRun(in: folder)
        let file = try await run.open(loans)
        try await file.commit(PageCommit(item: 0, page: 0, records: 0))
        let mark = file.mark()
        try await file.commit(PageCommit(item: 1, page: 0, records: 0, position: 1))
        try file.rollback(to: mark)
        run.close()
        let (again, resume, _) = try await RunFolder.reopen(path: path, redactor: Redactor())
        #expect(resume.begun[loans]?.lastPage?.item == 0)
        #expect(resume.begun[loans]?.pages == 1)
        again.close()
    }

    @Test func digests() async throws {
        let run = try await makeRun(in: folder)
        let input = folder.path + "/in.csv"
        try Data(repeating: 0x61, count: 3_000_001).write(to: URL(fileURLWithPath: input))
        try FileManager.default.createSymbolicLink(atPath: input + ".link", withDestinationPath: input)
        let digest = try await run.digest(ofInput: input)
        #expect(digest.bytes == 3_000_001)
        let bytes = try readBytes(input)
        #expect(digest.sha256 == HexText.lowercase(SHA256.hash(data: bytes)))
        #expect(try await run.digest(ofInput: input + ".link").sha256 == digest.sha256)
        #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
        for name in ["missing", "pipe", ""] {
            let error = await sinkError { _ = try await run.digest(ofInput: folder.path + "/" + name) }
            #expect(error?.kind == .input, "\(name)")
        }
        let items = run.digest(ofItems: [["a": 1], "b"])
        #expect(items.path == nil)
        #expect(items.sha256 == HexText.lowercase(SHA256.hash(data: Array("{\"a\":1}\n\"b\"\n".utf8))))
    }
}
