import Crypto
import Foundation
import Glibc
import JSONBytes
import JobExecution
import JobPlan
import JobResults
import JobSpec
import Secrets
import Testing

/// What a reopened run gets back, line by line of its journal.
@Suite struct ResumeTests {
    let folder: TemporaryFolder
    var path: String { folder.path + "/results/nightly/20261124T053703Z-3f9a1c" }

    init() throws { folder = try TemporaryFolder() }

    private func reopen(_ path: String? = nil, plan: RunFolder.AcceptedPlan? = nil) async throws -> (
        RunFolder, ResumePoint, RunHeader
    ) {
        try await RunFolder.reopen(
            path: path ?? self.path,
            version: "0.2.0",
            plan: plan,
            redactor: Redactor(),
            wall: WallClock { .seconds(1_795_498_700) }
        )
    }

    private static let invocation = RunInvocation(
        jobFile: "/jobs/nightly.yaml",
        workingDirectory: "/jobs",
        environment: "staging",
        environmentFiles: ["/etc/environments.yaml"],
        variables: ["day=2026-11-24", "note=a \"b\" \\ é\n"],
        only: ["loans"],
        from: "loans"
    )

    private func begin(_ redactor: Redactor = Redactor()) async throws -> RunFolder {
        let header = RunHeader(
            planHash: "ab12",
            environment: "sandbox",
            asOf: "2026-11-24T05:37:03Z",
            version: "0.1.0",
            invocation: Self.invocation
        )
        let run = try await RunFolder.create(
            root: folder.path + "/results",
            job: #require(StepID("nightly")),
            id: #require(RunID("20261124T053703Z-3f9a1c")),
            header: header,
            plan: Array("{\"steps\": []}\n".utf8),
            redactor: redactor,
            wall: WallClock { .seconds(1_795_498_623) + .milliseconds(42) }
        )
        try await run.begin()
        return run
    }

    /// A run whose process has died: nobody holds its lock.
    private func crash(_ redactor: Redactor = Redactor(), _ body: (RunFolder) async throws -> Void) async throws {
        let run = try await begin(redactor)
        try await body(run)
        run.close()
    }

    @Test func headerAndPlan() async throws {
        try await crash { _ in }
        #expect(try RunFolder.header(at: path).invocation == Self.invocation)
        #expect(try RunFolder.planJSON(at: path) == Array("{\"steps\": []}\n".utf8))
        let (run, _, header) = try await reopen()
        #expect(header.invocation == Self.invocation)
        #expect(header.asOf == "2026-11-24T05:37:03Z")
        #expect(header.planHash == "ab12")
        #expect(run.attempt == 2)
        #expect(run.path == path)
        try await run.finish(report: RunReport())
        let manifest = try JSONManifest.json(path)
        #expect(manifest["attempts"]?.intValue == 2)
        #expect(manifest["started"]?.text == "2026-11-24T05:37:03.042Z")
        #expect(manifest["runner"]?.text == "0.2.0")
    }

    @Test func acceptedPlanTakesTheOldOnesPlace() async throws {
        try await crash { _ in }
        let (run, _, header) = try await reopen(plan: .init(hash: "cd34", json: Array("{}\n".utf8)))
        #expect(header.planHash == "cd34")
        run.close()
        #expect(try RunFolder.header(at: path).planHash == "cd34")
        #expect(try RunFolder.planJSON(at: path) == Array("{}\n".utf8))
    }

    @Test func redactionLeavesWhatAResumeNeeds() async throws {
        let redactor = Redactor()
        redactor.register(Secret("hunter2hunter2"))
        let record = Array("{\"answer\":\"hunter2hunter2 \\u0000 é\"}".utf8)
        let page = PageCommit(
            item: 3,
            page: 2,
            records: 0,
            position: ["cursor": "hunter2hunter2"],
            outputs: ["token": "hunter2hunter2", "big": .number(JSONNumber(lexeme: "1e400")!)]
        )
        let intent = CallIntent(call: 7, key: "hunter2hunter2", items: 10..<12)
        func outcome(_ reason: String) -> CallOutcome {
            CallOutcome(intent: intent, state: .refused, record: record, outputs: page.outputs, reason: reason)
        }
        try await crash(redactor) { run in
            try await run.record(.stepStarted(loans, title: "hunter2hunter2"))
            let file = try await run.open(loans)
            try await file.commit(page)
            try await file.intend(intent)
            try await file.settle(outcome("no hunter2hunter2"))
            try await file.intend(CallIntent(call: 8, key: "k8", items: 12..<13))
        }
        let (run, resume, _) = try await reopen()
        let begun = try #require(resume.begun[loans])
        #expect(begun.lastPage == page)
        #expect(begun.pages == 1)
        #expect(begun.calls[7] == outcome("no •••"))
        #expect(begun.calls[8]?.state == .unknown)
        run.close()
    }

    /// The run died, or its disk was full, before it noted that the item is left out.
    @Test func anItemAmongTheRejectsCountsAsLeftOut() async throws {
        try await crash { run in
            let file = try await run.open(loans)
            for item in 0..<3 {
                try file.reject(Array("{\"item\":\(item)}\n".utf8))
                try await file.commit(PageCommit(item: item, page: 0, records: 0))
                if item != 1 { try await run.record(.itemSkipped(loans, item: item, reason: "400")) }
            }
        }
        let (run, resume, _) = try await reopen()
        #expect(resume.begun[loans]?.skippedItems == 3)
        run.close()
    }

    /// An item that broke after a resume takes the pages of before along, also if the run dies before it says so.
    @Test(arguments: [false, true]) func aBegunItemCanBeLeftOut(dies: Bool) async throws {
        let start = ItemStart(mark: RecordMark(bytes: 16, records: 2), outputs: ["n": 1])
        try await crash { run in
            try await run.record(.stepStarted(loans, title: ""))
            let file = try await run.open(loans)
            try file.append("{\"a\":1}\n{\"a\":2}\n")
            try await file.commit(PageCommit(item: 0, page: 0, records: 2, outputs: ["n": 1]))
            for page in 0..<2 {
                try file.append("{\"b\":\(page)}\n")
                try await file.commit(
                    PageCommit(
                        item: 1,
                        page: page,
                        records: 1,
                        position: .number(page),
                        outputs: ["n": 2],
                        itemStart: start
                    )
                )
            }
        }
        var (run, resume, _) = try await reopen()
        #expect(resume.begun[loans]?.lastPage?.itemStart == start)
        #expect(resume.begun[loans]?.pages == 3)
        var file = try await run.open(loans)
        try file.append("{\"b\":2}\n")
        #expect(await sinkError { try file.rollback(to: RecordMark(bytes: 8, records: 1)) }?.kind == .io)
        try file.rollback(to: start.mark)
        if dies {
            run.close()
            (run, resume, _) = try await reopen()
            let begun = try #require(resume.begun[loans])
            #expect(begun.lastPage == PageCommit(item: 0, page: 0, records: 0, outputs: ["n": 1]))
            #expect(begun.mark == start.mark)
            #expect(begun.pages == 1)
            file = try await run.open(loans)
        } else {
            try await file.commit(PageCommit(item: 1, page: 0, records: 0))
        }
        try file.append("{\"c\":1}\n")
        try await file.commit(PageCommit(item: 2, page: 0, records: 1))
        let published = try await file.publish()
        let bytes = try readBytes(path + "/loans.ndjson")
        #expect(String(decoding: bytes, as: UTF8.self) == "{\"a\":1}\n{\"a\":2}\n{\"c\":1}\n")
        #expect(published.records == 3)
        #expect(published.sha256 == HexText.lowercase(SHA256.hash(data: bytes)))
        run.close()
    }

    @Test func recordsThatAreNoText() async throws {
        let intent = CallIntent(call: 0, key: "k", items: 0..<1)
        let record: [UInt8] = [0xFF, 0x00, 0x7B, 0xC3]
        try await crash { run in
            try await run.open(loans).settle(CallOutcome(intent: intent, state: .done, record: record))
        }
        let (run, resume, _) = try await reopen()
        #expect(resume.begun[loans]?.calls[0]?.record == record)
        run.close()
    }

    /// A value as deep as is read from an API is deeper in the journal.
    @Test func deepOutputs() async throws {
        var deep: JSONValue = .null
        for _ in 0..<511 { deep = .array([deep]) }
        let page = PageCommit(item: 0, page: 0, records: 0, position: deep, outputs: ["deep": deep])
        try await crash { run in
            try await run.record(.stepStarted(loans, title: ""))
            try await run.open(loans).commit(page)
        }
        let (run, resume, _) = try await reopen()
        #expect(resume.begun[loans]?.lastPage == page)
        run.close()
    }

    /// What the listing does not call resumable: its account stays as it is.
    @Test func aRunThatWentThroughIsRefused() async throws {
        let run = try await begin()
        var step = StepReport(id: loans, state: .done)
        step.skippedItems = 1
        var report = RunReport()
        report.steps = [step]
        try await run.record(.stepFinished(step, outputs: [:]))
        try await run.finish(report: report)
        let error = await sinkError { _ = try await reopen() }
        #expect(error?.kind == .input)
        #expect(error?.message.contains("went through") == true)
        #expect(try JSONManifest.state(path) == "partial")
        #expect(try await RunCatalogue(root: folder.path + "/results").find(path).isResumable == false)
    }

    @Test func theDigestOfAListComesBack() async throws {
        var digest: InputDigest?
        try await crash { run in
            digest = run.digest(ofItems: ["a", "b"])
            try await run.record(.stepStarted(loans, title: ""))
            try await run.record(.inputOpened(loans, try #require(digest)))
        }
        let (run, resume, _) = try await reopen()
        #expect(resume.begun[loans]?.input == digest)
        #expect(digest?.bytes == 8)
        run.close()
    }

    @Test func finishedStepsComeBack() async throws {
        let digest = InputDigest(path: "/in/\"x\".csv", bytes: 12, sha256: "aa")
        var report = StepReport(id: loans, state: .done)
        let skipped = try #require(StepID("skipped"))
        let failed = try #require(StepID("failed"))
        try await crash { run in
            try await run.record(.stepStarted(loans, title: ""))
            try await run.record(.inputOpened(loans, digest))
            let file = try await run.open(loans)
            try file.append("{}\n")
            try file.reject(Array("{\"no\":1}\n".utf8))
            try await file.commit(PageCommit(item: 0, page: 0, records: 1))
            report.file = try await file.publish()
            report.records = 1
            report.pages = 1
            report.attempts = 3
            report.calls = 2
            report.skippedItems = 1
            report.duration = .milliseconds(1500)
            try await run.record(.stepFinished(report, outputs: ["n": 1, "m": ["x"]]))
            #expect(run.publishedFile(of: loans) == path + "/loans.ndjson")
            try await run.record(.stepSkipped(skipped, reason: "its `if` was false"))
            try await run.record(.stepStarted(failed, title: ""))
            try await run.record(.inputOpened(failed, digest))
            try await run.record(.itemSkipped(failed, item: 3, reason: "404"))
            try await run.record(.stepFailed(failed, reason: "down"))
        }
        let (run, resume, _) = try await reopen()
        report.rejects = resume.finished[loans]?.report.rejects
        #expect(report.rejects?.name == "loans.rejects.ndjson")
        #expect(report.rejects?.records == 1)
        #expect(resume.finished[loans]?.report == report)
        #expect(resume.finished[loans]?.outputs == ["n": 1, "m": ["x"]])
        #expect(resume.finished[skipped]?.report.state == .skipped)
        #expect(resume.begun[failed]?.input == digest)
        #expect(resume.begun[failed]?.skippedItems == 1)
        #expect(Set(resume.begun.keys) == [failed])
        #expect(run.publishedFile(of: loans) == path + "/loans.ndjson")
        #expect(run.publishedFile(of: failed) == nil)
        run.close()
        // A finished step's file must be there.
        #expect(truncate(path + "/loans.ndjson", 1) == 0)
        #expect(await sinkError { _ = try await reopen() }?.message.contains("was changed") == true)
        try FileManager.default.removeItem(atPath: path + "/loans.ndjson")
        #expect(await sinkError { _ = try await reopen() }?.kind == .io)
    }

    @Test func lostEndIsReadAnew() async throws {
        try await crash { run in
            try await run.record(.stepStarted(loans, title: ""))
            let file = try await run.open(loans)
            for page in 0..<5 {
                try file.append("{\"page\":\(page)}\n")
                try await file.commit(PageCommit(item: 0, page: page, records: 1, position: .number(page)))
                if page == 1 { try await run.record(.itemSkipped(loans, item: 0, reason: "")) }
            }
            try await run.record(.itemSkipped(loans, item: 9, reason: ""))
        }
        // The third page is damaged, though the file has its length.
        let partial = path + "/loans.ndjson.partial"
        var bytes = try readBytes(partial)
        bytes[25] = 0
        try Data(bytes).write(to: URL(fileURLWithPath: partial))
        for _ in 0..<2 {
            let (run, resume, _) = try await reopen()
            let begun = try #require(resume.begun[loans])
            #expect(begun.lastPage?.page == 1)
            #expect(begun.mark == RecordMark(bytes: 22, records: 2))
            #expect(begun.pages == 2)
            #expect(begun.skippedItems == 1)
            #expect(try readBytes(partial).count == 22)
            run.close()
        }
        // All of it is gone.
        try FileManager.default.removeItem(atPath: partial)
        let (run, resume, _) = try await reopen()
        #expect(resume.begun[loans]?.lastPage == nil)
        #expect(resume.begun[loans]?.skippedItems == 0)
        let file = try await run.open(loans)
        try file.append("{}\n")
        try await file.commit(PageCommit(item: 0, page: 0, records: 1))
        #expect(try await file.publish().bytes == 3)
        run.close()
    }

    /// Once the file goes back behind calls that were left out, they are needed again; also in the resume after that.
    @Test func callsBehindALostEndComeBack() async throws {
        func intent(_ call: Int) -> CallIntent { CallIntent(call: call, key: "k\(call)", items: call..<call + 1) }
        try await crash { run in
            try await run.record(.stepStarted(loans, title: ""))
            let file = try await run.open(loans)
            for call in 0..<4 {
                try await file.intend(intent(call))
                try await file.settle(CallOutcome(intent: intent(call), state: .done, record: Array("{\(call)}".utf8)))
                try file.append("{\(call)}\n")
                try await file.commit(PageCommit(item: call, page: 0, records: 1))
            }
        }
        let (first, whole, _) = try await reopen()
        #expect(whole.begun[loans]?.calls.isEmpty == true)
        first.close()
        #expect(truncate(path + "/loans.ndjson.partial", 9) == 0)
        for _ in 0..<2 {
            let (run, resume, _) = try await reopen()
            let begun = try #require(resume.begun[loans])
            #expect(begun.lastPage?.item == 1)
            for call in 2..<4 { #expect(begun.calls[call]?.record == Array("{\(call)}".utf8)) }
            run.close()
        }
    }

    @Test func whatIsDoneIsNotResumed() async throws {
        let run = try await begin()
        #expect(try await !RunFolder.isDone(at: path))
        try await run.finish(report: RunReport())
        #expect(try await RunFolder.isDone(at: path))
        for path in [path, folder.path + "/results/nightly/latest", path + "/"] {
            let error = await sinkError { _ = try await reopen(path) }
            #expect(error?.kind == .input)
            #expect(error?.message.contains("is done") == true)
        }
        #expect(try JSONManifest.state(path) == "done")
    }

    @Test func staleAccountGoesAway() async throws {
        let run = try await begin()
        var report = RunReport()
        report.failure = RunFailure(.unavailable, "down")
        try await run.finish(report: report)
        try Data("half".utf8).write(to: URL(fileURLWithPath: path + "/.manifest.json.partial"))
        let (again, _, _) = try await reopen()
        #expect(try names(in: path) == ["journal.ndjson", "plan.json"])
        try await again.finish(report: RunReport())
        #expect(try JSONManifest.state(path) == "done")
        #expect(try journal(of: again).map(\.event) == ["run_started", "run_finished", "run_resumed", "run_finished"])
    }

    @Test func runsAndResumesKeepEachOtherAway() async throws {
        try await crash { _ in }
        let other = try await makeRun(in: folder, id: "20261124T053704Z-000000")
        let error = await sinkError { _ = try await reopen() }
        #expect(error?.kind == .locked)
        #expect(error?.message.contains("20261124T053704Z-000000") == true)
        #expect(await sinkError { try await RunFolder.resolve(path: path, key: "x", done: true) }?.kind == .locked)
        try await other.finish(report: RunReport())
        let (run, _, _) = try await reopen()
        #expect(await sinkError { _ = try await reopen() }?.kind == .locked)
        run.close()
    }

    @Test(arguments: ["", "x", "/", "/etc/passwd", "results", "results/nightly", "results/nightly/latest"])
    func noRun(_ name: String) async throws {
        try await crash { _ in }
        let path = name.hasPrefix("/") || name.isEmpty ? name : folder.path + "/" + name
        #expect(await sinkError { _ = try await reopen(path) }?.kind == .input)
        #expect(await sinkError { _ = try RunFolder.header(at: path) }?.kind == .input)
        #expect(await sinkError { _ = try RunFolder.planJSON(at: path) }?.kind == .input)
        #expect(await sinkError { try await RunFolder.resolve(path: path, key: "x", done: true) }?.kind == .input)
    }

    @Test(arguments: [
        #"{"v":1,"seq":2,"at":"","event":"page_committed","step":"loans","file_bytes":-1}"#,
        #"{"v":1,"seq":2,"at":"","event":"call_intended","step":"loans","call":0,"key":"k","first":1,"count":9223372036854775807}"#,
        #"{"v":1,"seq":2,"at":"","event":"call_settled","step":"loans","call":0,"key":"k","first":1,"count":1,"state":"maybe"}"#,
        #"{"v":1,"seq":2,"at":"","event":"step_finished","step":"../x"}"#,
        #"{"v":1,"seq":2,"at":"","event":"run_resumed"}"#,
        #"{"v":1,"seq":2,"at":"","event":"run_started","run":"20261124T053703Z-3f9a1c","job":"nightly","environment":"","as_of":"","plan_hash":"","runner":""}"#,
    ])
    func lineThatIsNotWhatItsNamePromises(_ line: String) async throws {
        try await crash { _ in }
        let handle = try #require(FileHandle(forWritingAtPath: path + "/journal.ndjson"))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data((line + "\n").utf8))
        let error = await sinkError { _ = try await reopen() }
        #expect(error?.kind == .io)
        #expect(error?.message.contains("line 2 is not what this version writes") == true)
    }

    @Test func journalOfAnotherRun() async throws {
        try await crash { _ in }
        let moved = folder.path + "/results/nightly/20261124T053709Z-3f9a1c"
        try FileManager.default.moveItem(atPath: path, toPath: moved)
        #expect(await sinkError { _ = try await reopen(moved) }?.message.contains("not the one of this run") == true)
    }

    @Test func linksAreNotFollowed() async throws {
        try await crash { run in
            try await run.record(.stepStarted(loans, title: ""))
            _ = try await run.open(loans)
        }
        let partial = path + "/loans.ndjson.partial"
        try FileManager.default.removeItem(atPath: partial)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.path + "/target"))
        try FileManager.default.createSymbolicLink(atPath: partial, withDestinationPath: folder.path + "/target")
        #expect(await sinkError { _ = try await reopen() }?.kind == .io)
        #expect(try folder.bytes("target") == Array("mine".utf8))
    }

    @Test func bothNamesAtOnce() async throws {
        try await crash { run in
            try await run.record(.stepStarted(loans, title: ""))
            _ = try await run.open(loans)
        }
        try Data("mine".utf8).write(to: URL(fileURLWithPath: path + "/loans.ndjson"))
        #expect(await sinkError { _ = try await reopen() }?.kind == .io)
        #expect(try readBytes(path + "/loans.ndjson") == Array("mine".utf8))
    }
}
