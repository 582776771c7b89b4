import Foundation
import Glibc
import JSONBytes
import JobExecution
import JobResults
import JobSpec
import Secrets
import Testing

@Suite struct RunCatalogueTests {
    let folder: TemporaryFolder
    var root: String { folder.path + "/results" }
    var jobFolder: String { root + "/nightly" }
    var catalogue: RunCatalogue { RunCatalogue(root: root) }
    let nightly = StepID("nightly")!

    init() throws { folder = try TemporaryFolder() }

    private func id(_ number: Int) -> String { "20261124T0537\(10 + number)Z-000000" }

    /// A run that ended so, or that died.
    private func make(_ number: Int, _ state: RunListing.State) async throws {
        let run = try await makeRun(in: folder, id: id(number))
        try await run.record(.stepStarted(loans, title: ""))
        let file = try await run.open(loans)
        try file.append("{}\n{}\n")
        try await file.commit(PageCommit(item: 0, page: 0, records: 2))
        var report = RunReport()
        var step = StepReport(id: loans, state: .done)
        step.records = 2
        step.calls = 1
        switch state {
        case .done: break
        case .partial: step.skippedItems = 1
        case .failed: report.failure = RunFailure(.unavailable, "down")
        case .stopped: report.failure = RunFailure(.cancelled, "SIGTERM")
        case .running, .crashed: return run.close()
        }
        report.steps = [step]
        report.duration = .seconds(2)
        try await run.finish(report: report)
    }

    @Test func everyState() async throws {
        #expect(try await catalogue.runs() == [])
        for (number, state) in [RunListing.State.done, .partial, .failed, .stopped, .crashed].enumerated() {
            try await make(number, state)
        }
        let running = try await makeRun(in: folder, id: id(9))
        let runs = try await catalogue.runs(of: nightly)
        #expect(runs.map(\.state) == [.done, .partial, .failed, .stopped, .crashed, .running])
        #expect(runs.map(\.isResumable) == [false, false, true, true, true, false])
        #expect(runs.map(\.records) == [2, 2, 2, 2, 2, 0])
        #expect(runs.map(\.calls) == [1, 1, 1, 1, 1, 0])
        #expect(runs[0].duration == .seconds(2))
        #expect(runs[0].environment == "sandbox")
        #expect(runs[4].started == "2026-11-24T05:37:03.042Z")
        #expect(runs.map(\.problem) == [nil, nil, nil, nil, nil, nil])
        #expect(try await catalogue.runs() == runs)
        #expect(try await catalogue.last(of: nightly) == runs[5])
        #expect(try await catalogue.find(id(2)) == runs[2])
        #expect(try await catalogue.find(jobFolder + "/latest").id == runs[0].id)
        try await running.finish(report: RunReport())
    }

    @Test func strangeEntriesArePassedOver() async throws {
        try await make(0, .done)
        let manager = FileManager.default
        try manager.createDirectory(atPath: folder.path + "/elsewhere/" + id(1), withIntermediateDirectories: true)
        try manager.createSymbolicLink(atPath: root + "/linked", withDestinationPath: folder.path + "/elsewhere")
        try manager.createSymbolicLink(
            atPath: jobFolder + "/" + id(1),
            withDestinationPath: folder.path + "/elsewhere/" + id(1)
        )
        try manager.createDirectory(atPath: root + "/not a job", withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: root + "/file"))
        try Data().write(to: URL(fileURLWithPath: jobFolder + "/" + id(2)))
        #expect(try await catalogue.runs().map(\.id.name) == [id(0)])
        #expect(await sinkError { _ = try await catalogue.find(id(1)) }?.kind == .input)
        let linked = try #require(StepID("linked"))
        #expect(await sinkError { _ = try await catalogue.last(of: linked) }?.kind == .input)
        #expect(try await catalogue.clean(keep: 0).removed.map(\.id.name) == [id(0)])
        #expect(manager.fileExists(atPath: folder.path + "/elsewhere/" + id(1)))
    }

    @Test func damageIsSaidAndKept() async throws {
        try await make(0, .crashed)
        try await make(1, .crashed)
        try await make(2, .crashed)
        let journal = jobFolder + "/" + id(0) + "/journal.ndjson"
        var bytes = try readBytes(journal)
        for index in 0..<20 { bytes[index] = 0 }
        try Data(bytes).write(to: URL(fileURLWithPath: journal))
        // The first line is gone: there is nothing to go on with.
        #expect(truncate(jobFolder + "/" + id(1) + "/journal.ndjson", 10) == 0)
        try Data("{".utf8).write(to: URL(fileURLWithPath: jobFolder + "/" + id(2) + "/manifest.json"))
        let runs = try await catalogue.runs()
        #expect(runs[0].problem?.contains("is damaged") == true)
        #expect(runs[1].problem?.contains("has no whole line") == true)
        #expect(runs[2].problem == nil)
        #expect(runs.map(\.isResumable) == [true, false, true])
        #expect(runs.map(\.state) == [.crashed, .crashed, .crashed])
        #expect(try await catalogue.clean(keep: 0).removed.map(\.id.name) == [id(1)])
        #expect(try await catalogue.clean(keep: 0, includingResumable: true).removed.count == 2)
    }

    @Test func cleaning() async throws {
        for (number, state) in [RunListing.State.done, .failed, .done, .partial, .stopped].enumerated() {
            try await make(number, state)
        }
        // With folders and links inside, and what an earlier removal left.
        let manager = FileManager.default
        try manager.createDirectory(atPath: jobFolder + "/" + id(0) + "/a/b", withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.path + "/target"))
        for place in ["/link", "/a/link"] {
            try manager.createSymbolicLink(atPath: jobFolder + "/" + id(0) + place, withDestinationPath: folder.path)
        }
        try manager.createDirectory(atPath: jobFolder + "/.\(id(7)).removed", withIntermediateDirectories: true)
        #expect(try await catalogue.clean(keep: 5).removed == [])
        #expect(!manager.fileExists(atPath: jobFolder + "/.\(id(7)).removed"))
        #expect(try await catalogue.clean(keep: 3).removed.map(\.id.name) == [id(0)])
        #expect(try folder.bytes("target") == Array("mine".utf8))
        let link = { try manager.destinationOfSymbolicLink(atPath: jobFolder + "/latest") }
        #expect(try link() == id(2))
        let cleaning = try await catalogue.clean(job: nightly, keep: 1)
        #expect(cleaning.removed.map(\.id.name) == [id(2), id(3)])
        #expect(cleaning.spared.map(\.id.name) == [id(1)])
        #expect(throws: (any Error).self) { try link() }
        #expect(try await catalogue.runs().map(\.id.name) == [id(1), id(4)])
        #expect(try await catalogue.clean(keep: 0, includingResumable: true).removed.count == 2)
        #expect(try names(in: jobFolder) == [".lock"])
    }

    @Test func latestGoesToTheNewestThatIsLeft() async throws {
        for number in 0..<3 { try await make(number, .done) }
        try FileManager.default.removeItem(atPath: jobFolder + "/latest")
        try FileManager.default.createSymbolicLink(atPath: jobFolder + "/latest", withDestinationPath: id(0))
        #expect(try await catalogue.clean(keep: 2).removed.count == 1)
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: jobFolder + "/latest")
        #expect(link == id(2))
    }

    @Test func theRunningOneStays() async throws {
        try await make(0, .done)
        let running = try await makeRun(in: folder, id: id(1))
        try await make2(id(2))
        let removed = try await catalogue.clean(keep: 0, includingResumable: true).removed
        #expect(removed.map(\.id.name) == [id(0), id(2)])
        try await running.finish(report: RunReport())
        #expect(try await catalogue.runs().map(\.id.name) == [id(1)])
    }

    /// The folder of a run that died, made while another one of its job is going on.
    private func make2(_ id: String) async throws {
        try FileManager.default.copyItem(atPath: jobFolder + "/" + self.id(0), toPath: jobFolder + "/" + id)
    }

    @Test func aHolderThatHasNoName() async throws {
        try await make(0, .failed)
        try await make(1, .crashed)
        let descriptor = open(jobFolder + "/.lock", O_RDWR)
        defer { close(descriptor) }
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        #expect(try await catalogue.runs().map(\.state) == [.failed, .running])
        #expect(try await catalogue.clean(keep: 0, includingResumable: true).removed == [])
    }

    /// To look at runs does not keep one from starting.
    @Test func lookingDoesNotLock() async throws {
        try await make(0, .done)
        let catalogue = catalogue
        let looking = Task {
            while !Task.isCancelled { _ = try await catalogue.runs() }
        }
        for number in 1..<20 { try await make(number, .done) }
        looking.cancel()
        _ = await looking.result
        #expect(try await catalogue.runs().count == 20)
    }

    @Test(arguments: ["", "x", "../nightly", "20261124T053710Z-00000", "/"])
    func hostileReferences(_ reference: String) async throws {
        try await make(0, .done)
        #expect(await sinkError { _ = try await catalogue.find(reference) }?.kind == .input)
    }

    /// Those of a step that ended, of one that failed, and of a run that died.
    @Test(arguments: [RunListing.State.partial, .failed, .crashed])
    func rejectsAreListed(_ state: RunListing.State) async throws {
        let run = try await makeRun(in: folder)
        try await run.record(.stepStarted(loans, title: ""))
        let file = try await run.open(loans)
        try await file.commit(PageCommit(item: 0, page: 0, records: 0))
        try file.reject(Array("{\"item\":1}\n{\"item\":2}\n".utf8))
        try await file.commit(PageCommit(item: 1, page: 0, records: 0))
        var report = RunReport()
        switch state {
        case .partial:
            var step = StepReport(id: loans, state: .done)
            step.skippedItems = 2
            step.file = try await file.publish()
            try await run.record(.stepFinished(step, outputs: [:]))
            report.steps = [step]
        case .failed: report.failure = RunFailure(.unavailable, "down")
        default: break
        }
        await file.abandon()
        if state == .crashed { run.close() } else { try await run.finish(report: report) }
        let listing = try #require(try await catalogue.runs().first)
        #expect(listing.state == state)
        let rejects = try #require(listing.rejects.first)
        #expect(listing.rejects.count == 1)
        #expect(rejects.step == loans && rejects.count == 2)
        #expect(rejects.file == "loans.rejects.ndjson" + (state == .partial ? "" : ".partial"))
        #expect(try names(in: listing.path).contains(rejects.file))
    }

    @Test func unknownCallsAreListed() async throws {
        let run = try await makeRun(in: folder)
        try await run.record(.stepStarted(loans, title: ""))
        try await run.record(.inputOpened(loans, InputDigest(path: "loans.csv", bytes: 9, sha256: "ab")))
        let file = try await run.open(loans)
        try await file.intend(CallIntent(call: 0, key: "k0", items: 0..<250))
        var report = RunReport()
        report.failure = RunFailure(.unknownOutcome, "nobody knows", step: loans)
        var (failed, other) = (StepReport(id: loans, state: .failed), StepReport(id: posts, state: .failed))
        (failed.reason, other.reason) = ("nobody knows", "HTTP 500")
        report.steps = [other, failed]
        await file.abandon()
        try await run.finish(report: report)
        let listing = try #require(try await catalogue.runs().first)
        #expect(listing.state == .failed)
        #expect(listing.unknown.map(\.key) == ["k0"])
        let call = try #require(listing.unknown.first)
        #expect(call.items == 0..<250 && call.intent.itemsText == "1 to 250")
        #expect(call.reason == "the run ended before the answer came")
        #expect(call.sentAt == "2026-11-24T05:37:03.042Z")
        #expect(call.input?.path == "loans.csv")
        #expect(listing.failures == ["step `loans`: nobody knows", "step `posts`: HTTP 500"])
    }

    /// The time is that of the last attempt, and is kept by calls of unknown outcome alone.
    @Test func anUnknownCallSaysWhenItWasSent() async throws {
        let run = try await makeRun(in: folder)
        try await run.record(.stepStarted(loans, title: ""))
        let file = try await run.open(loans)
        for call in 0..<2 {
            let intent = CallIntent(call: call, key: "k\(call)", items: call..<call + 1)
            try await file.intend(intent)
            try await file.settle(CallOutcome(intent: intent, state: .unknown, reason: "lost"))
        }
        run.close()
        let path = run.path
        try await RunFolder.resolve(path: path, key: "k0", done: false)
        let (again, _, _) = try await RunFolder.reopen(
            path: path,
            redactor: Redactor(),
            wall: WallClock { .seconds(1_795_498_700) }
        )
        let resumed = try await again.open(loans)
        let intent = CallIntent(call: 0, key: "k0", items: 0..<1)
        try await resumed.intend(intent)
        try await resumed.settle(CallOutcome(intent: intent, state: .unknown, reason: "lost again"))
        again.close()
        let unknown = try await catalogue.find(path).unknown
        #expect(unknown.map(\.sentAt) == ["2026-11-24T05:38:20.000Z", "2026-11-24T05:37:03.042Z"])
        #expect(unknown.map(\.reason) == ["lost again", "lost"])
        #expect(unknown.map(\.intent.itemsText) == ["1", "2"])
        #expect(CallIntent(call: 0, key: "k", items: 0..<0).itemsText == nil)
    }
}
