import Foundation
import Glibc
import JobExecution
import JobResults
import JobSpec
import Secrets
import Testing

/// Modes, and what an attacker or an accident may have put in the way.
@Suite struct FolderTests {
    let folder: TemporaryFolder
    var job: String { folder.path + "/results/nightly" }

    init() throws { folder = try TemporaryFolder() }

    @Test func modesAreThoseOfTheOwnerAlone() async throws {
        let before = umask(0)
        defer { umask(before) }
        let run = try await makeRun(in: folder)
        let file = try await run.open(loans)
        let other = try await run.open(try #require(StepID("other")))
        _ = try await file.publish()
        try await run.finish(report: RunReport())
        for path in [folder.path + "/results", job, run.path] { #expect(try mode(path) == 0o700, "\(path)") }
        for name in ["journal.ndjson", "loans.ndjson", "other.ndjson.partial", "manifest.json"] {
            #expect(try mode(run.path + "/" + name) == 0o600, "\(name)")
        }
        #expect(try mode(job + "/.lock") == 0o600)
        await other.abandon()
    }

    @Test func rootMustHaveAParent() async throws {
        let header = testHeader
        let root = folder.path + "/missing/results"
        let error = await sinkError {
            _ = try await RunFolder.create(root: root, job: loans, id: RunID(), header: header, redactor: .init())
        }
        #expect(error?.kind == .cannotCreate)
        #expect(error?.message.contains("the folder that should hold it is missing") == true)
        #expect(error?.message.contains(root) == true)
    }

    @Test(arguments: ["results", "results/nightly"])
    func aFileInTheWay(_ name: String) async throws {
        if name.contains("/") {
            try FileManager.default.createDirectory(atPath: folder.path + "/results", withIntermediateDirectories: true)
        }
        try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.path + "/" + name))
        let error = await sinkError { _ = try await makeRun(in: folder) }
        #expect(error?.kind == .cannotCreate)
        #expect(error?.message.contains(name) == true)
        #expect(try folder.bytes(name) == Array("mine".utf8))
    }

    @Test func jobFolderIsNoLink() async throws {
        let manager = FileManager.default
        try manager.createDirectory(atPath: folder.path + "/results", withIntermediateDirectories: true)
        try manager.createDirectory(atPath: folder.path + "/elsewhere", withIntermediateDirectories: true)
        try manager.createSymbolicLink(atPath: job, withDestinationPath: folder.path + "/elsewhere")
        #expect(await sinkError { _ = try await makeRun(in: folder) }?.kind == .cannotCreate)
        #expect(try names(in: folder.path + "/elsewhere") == [])
    }

    @Test func lockIsNoLinkAndNoPipe() async throws {
        let manager = FileManager.default
        try manager.createDirectory(atPath: job, withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.path + "/target"))
        try manager.createSymbolicLink(atPath: job + "/.lock", withDestinationPath: folder.path + "/target")
        #expect(await sinkError { _ = try await makeRun(in: folder) }?.kind == .cannotCreate)
        #expect(try folder.bytes("target") == Array("mine".utf8))
        try manager.removeItem(atPath: job + "/.lock")
        #expect(mkfifo(job + "/.lock", 0o600) == 0)
        let error = await sinkError { _ = try await makeRun(in: folder) }
        #expect(error?.message.contains("it is not a regular file") == true)
    }

    @Test(arguments: ["loans.ndjson.partial", "loans.ndjson"])
    func linksInTheRunFolderAreNotFollowed(_ name: String) async throws {
        let run = try await makeRun(in: folder)
        for target in ["target", "nowhere"] {
            if target == "target" { try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.path + "/target")) }
            let link = run.path + "/" + name
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path + "/" + target)
            let error = await sinkError { _ = try await run.open(loans) }
            #expect(error?.kind == .cannotCreate)
            #expect(error?.message.contains("it exists already") == true)
            try FileManager.default.removeItem(atPath: link)
        }
        #expect(try folder.bytes("target") == Array("mine".utf8))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/nowhere"))
    }

    @Test func linksInPlaceOfTheManifestAreReplaced() async throws {
        let run = try await makeRun(in: folder)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.path + "/target"))
        for name in ["manifest.json", ".manifest.json.partial"] {
            try FileManager.default.createSymbolicLink(
                atPath: run.path + "/" + name,
                withDestinationPath: folder.path + "/target"
            )
        }
        try await run.finish(report: RunReport())
        #expect(try folder.bytes("target") == Array("mine".utf8))
        #expect(try mode(run.path + "/manifest.json") == 0o600)
        #expect(try names(in: run.path) == ["journal.ndjson", "manifest.json"])
    }

    @Test func runIdIsUsedOnce() async throws {
        let first = try await makeRun(in: folder)
        try await first.finish(report: RunReport())
        let second = try await makeRun(in: folder)
        #expect(second.id > first.id)
        #expect(second.path == "\(job)/\(second.id)")
        try await second.finish(report: RunReport())
        #expect(try JSONManifest.state(first.path) == "done")
    }

    @Test func stepHasOneFile() async throws {
        let run = try await makeRun(in: folder)
        let file = try await run.open(loans)
        #expect(await sinkError { _ = try await run.open(loans) }?.kind == .cannotCreate)
        _ = try await file.publish()
        #expect(await sinkError { _ = try await run.open(loans) }?.kind == .cannotCreate)
    }

    @Test func noStepTakesTheJournal() async throws {
        let run = try await makeRun(in: folder)
        let error = await sinkError { _ = try await run.open(try #require(StepID("journal"))) }
        #expect(error?.kind == .cannotCreate)
        #expect(try journal(of: run).count == 1)
    }

    @Test func folderRemovedWhileRunning() async throws {
        let run = try await makeRun(in: folder)
        let file = try await run.open(loans)
        try file.append("{}\n")
        try FileManager.default.removeItem(atPath: run.path)
        let error = await sinkError { _ = try await file.publish() }
        #expect(error?.kind == .io)
        #expect(error?.message.contains("there is no such file or folder") == true)
    }

    @Test func latestFollowsTheLastRunThatIsDone() async throws {
        try await makeRun(in: folder, id: "20261124T053703Z-000001").finish(report: RunReport())
        var failed = RunReport()
        failed.failure = RunFailure(.unavailable, "the API can't be reached")
        try await makeRun(in: folder, id: "20261124T053703Z-000002").finish(report: failed)
        let link = { try FileManager.default.destinationOfSymbolicLink(atPath: job + "/latest") }
        #expect(try link() == "20261124T053703Z-000001")
        try await makeRun(in: folder, id: "20261124T053703Z-000003").finish(report: RunReport())
        #expect(try link() == "20261124T053703Z-000003")
        #expect(try readBytes(job + "/.lock") == [])
    }

    static let ids = (1...3).map { "20261124T053703Z-00000\($0)" }

    private var latest: String? { try? FileManager.default.destinationOfSymbolicLink(atPath: job + "/latest") }

    /// Where a run died after its account and before the link, the link follows when that run is to be resumed, when
    /// somebody asks whether it is done, or when the next one begins.
    @Test(arguments: [true, false], [true, false])
    func latestCatchesUp(hasEarlierRun: Bool, byResume: Bool) async throws {
        let ids = Self.ids
        if hasEarlierRun { try await makeRun(in: folder, id: ids[0]).finish(report: RunReport()) }
        var dying = SystemCalls.system
        dying.rename = { folder, old, new in
            errno = EIO
            return new == "latest" ? -1 : SystemCalls.system.rename(folder, old, new)
        }
        let died = try await makeRun(in: folder, id: ids[1], calls: dying, secondsLater: 1)
        #expect(await sinkError { try await died.finish(report: RunReport()) }?.kind == .io)
        #expect(try JSONManifest.state(died.path) == "done")
        #expect(latest == (hasEarlierRun ? ids[0] : nil))
        if byResume {
            let error = await sinkError { _ = try await RunFolder.reopen(path: died.path, redactor: Redactor()) }
            #expect(error?.message.contains("is done") == true)
        } else if hasEarlierRun {
            try await makeRun(in: folder, id: ids[2], secondsLater: 2).close()
        } else {
            #expect(try await RunFolder.isDone(at: died.path))
        }
        #expect(latest == ids[1])
    }

    /// An older run that was resumed ended last; or a person made the link.
    @Test(arguments: [ids[0], "elsewhere"]) func latestStaysWhereItBelongs(target: String) async throws {
        let ids = Self.ids
        let older = try await makeRun(in: folder, id: ids[0])
        older.close()
        try await makeRun(in: folder, id: ids[1]).finish(report: RunReport())
        let (resumed, _, _) = try await RunFolder.reopen(
            path: older.path,
            redactor: Redactor(),
            wall: WallClock { .seconds(1_795_498_630) }
        )
        try await resumed.finish(report: RunReport())
        #expect(latest == ids[0])
        try FileManager.default.removeItem(atPath: job + "/latest")
        try FileManager.default.createSymbolicLink(atPath: job + "/latest", withDestinationPath: target)
        try await makeRun(in: folder, id: ids[2], secondsLater: 2).close()
        #expect(latest == target)
    }

    @Test func closedFileSaysSo() async throws {
        let run = try await makeRun(in: folder)
        let file = try await run.open(loans)
        try file.append(String(repeating: "{}\n", count: 1_000_000))
        await file.abandon()
        #expect(await sinkError { try file.append("{}\n") }?.message.contains("it is closed") == true)
        #expect(await sinkError { _ = try await file.publish() }?.kind == .io)
        // What did not count is gone from the file.
        #expect(try readBytes(run.path + "/loans.ndjson.partial") == [])
    }

    @Test func marksOfNothingAreRefused() async throws {
        let run = try await makeRun(in: folder)
        let file = try await run.open(loans)
        try file.append("{}\n")
        try await file.commit(PageCommit(item: 0, page: 0, records: 1))
        for mark in [
            RecordMark(bytes: 4, records: 1), RecordMark(bytes: -1, records: 0), RecordMark(bytes: 0, records: 2),
        ] {
            #expect(await sinkError { try file.rollback(to: mark) }?.kind == .io)
        }
        #expect(try await file.publish().bytes == 3)
    }
}
