import Foundation
import JobExecution
import JobResults
import JobSpec
import Secrets
import Testing

/// Which earlier runs keep a new one from sending its writes.
@Suite struct EarlierWritesTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let pay = StepID("pay")!
    private static let create = StepID("create")!

    /// The document of a plan with a read and these writes.
    private static func plan(
        _ writes: [StepID] = [pay, create],
        in environment: String = "stage",
        at baseURL: String? = "https://stage.example"
    ) -> [UInt8] {
        let base = baseURL.map { #","base_url":"\#($0)""# } ?? ""
        let steps = writes.map { #",{"id":"\#($0)","request":{"method":"POST"}}"# }.joined()
        let read = #"{"id":"loans","request":{"method":"GET"}}"#
        let text = #"{"plan":{"environment":{"name":"\#(environment)"\#(base)},"steps":[\#(read)\#(steps)]},"hash":""}"#
        return Array(text.utf8)
    }

    /// A run of that plan, begun with a person's word where others stand in its way.
    private func begin(_ plan: [UInt8] = plan(), _ writes: PlannedWrites? = nil) async throws -> RunFolder {
        let run = try await RunFolder.create(
            root: folder.path,
            job: #require(StepID("nightly")),
            id: RunID(),
            header: testHeader,
            plan: plan,
            writes: writes,
            redactor: Redactor()
        )
        try await run.begin()
        return run
    }

    /// Sends a write; `outcome` is nothing where no answer comes.
    private func send(_ run: RunFolder, _ step: StepID = pay, _ outcome: CallOutcome.State? = .done) async throws {
        let file = try await run.open(step)
        let intent = CallIntent(call: 0, key: "\(step)#0", items: 0..<1)
        try await file.intend(intent)
        if let outcome { try file.note(CallOutcome(intent: intent, state: outcome, record: Array("{}".utf8))) }
        try await file.waitForDisk()
        await file.abandon()
    }

    /// Ends a run with steps in these states.
    private func end(
        _ run: RunFolder,
        _ steps: [StepID: StepReport.State],
        _ failure: RunFailure? = nil
    ) async throws {
        var report = RunReport()
        for (step, state) in steps {
            var ended = StepReport(id: step, state: state)
            ended.calls = 1
            if state == .done { try await run.record(.stepFinished(ended, outputs: [:])) }
            report.steps.append(ended)
        }
        report.failure = failure
        try await run.finish(report: report)
    }

    /// Whether a new run of a plan is let begin; it is gone afterwards.
    private func mayBegin(_ plan: [UInt8] = plan()) async throws -> Bool {
        let writes = try #require(PlannedWrites(document: plan))
        do {
            let run = try await begin(plan, writes)
            run.close()
            try FileManager.default.removeItem(atPath: run.path)
            return true
        } catch let error as SinkError {
            #expect(error.kind == .unfinishedWrites, "\(error)")
            #expect(error.help?.contains("runner resume \(folder.path)/nightly/") == true, "\(error)")
            return false
        }
    }

    @Test(arguments: [CallOutcome.State.done, .unknown, nil])
    func aRunThatDiedInTheMiddleDoes(_ outcome: CallOutcome.State?) async throws {
        let run = try await begin()
        try await send(run, Self.pay, outcome)
        run.close()
        #expect(try await !mayBegin())
        #expect(try await !mayBegin(Self.plan([Self.create])), "another step of the job")
        #expect(try await mayBegin(Self.plan([])), "a run that writes nothing")
    }

    @Test(arguments: [CallOutcome.State.refused, .notDone])
    func whatTookNoEffectDoesNot(_ outcome: CallOutcome.State) async throws {
        let run = try await begin()
        try await send(run, Self.pay, outcome)
        run.close()
        #expect(try await mayBegin())
    }

    @Test func whatAPersonSettledDoesNot() async throws {
        let run = try await begin()
        try await send(run, Self.pay, nil)
        run.close()
        #expect(try await !mayBegin())
        try await RunFolder.resolve(path: run.path, key: "pay#0", done: false)
        #expect(try await mayBegin())
    }

    /// What came after it has decided nothing.
    @Test func newerRunsWithoutWritesHideNone() async throws {
        let died = try await begin()
        try await send(died)
        died.close()
        try await end(begin(Self.plan([])), [loans: .done])
        try await end(begin(Self.plan(in: "sandbox", at: nil)), [Self.pay: .done, Self.create: .done])
        try await end(begin(), [:], RunFailure(.notAuthorized, "no token"))
        try await begin().close()
        #expect(try await !mayBegin())
    }

    @Test func aNewerRunDecidesForTheStepsInWhichItWrote() async throws {
        let died = try await begin()
        try await send(died)
        died.close()
        try await end(begin(Self.plan([Self.create])), [Self.create: .done])
        #expect(try await !mayBegin())
        try await end(begin(), [Self.pay: .done])
        #expect(try await mayBegin())
        // And stands in the way itself.
        let again = try await begin()
        try await send(again)
        again.close()
        #expect(try await !mayBegin())
    }

    @Test(arguments: [
        ("sandbox", nil, true), ("stage", "https://moved.example", false), ("mirror", "https://stage.example", false),
        ("production", "https://api.example", true),
    ])
    func anotherAPIDoesNot(_ environment: String, _ baseURL: String?, _ isOther: Bool) async throws {
        let run = try await begin(Self.plan(in: environment, at: baseURL))
        try await send(run)
        run.close()
        #expect(try await mayBegin() == isOther)
    }

    /// A run that failed after a write can be resumed; one that went through has nothing left of it to do.
    @Test func aStepThatIsWhole() async throws {
        let run = try await begin()
        try await send(run)
        try await end(run, [Self.pay: .done], RunFailure(.unavailable, "down"))
        #expect(try await !mayBegin())
        try FileManager.default.removeItem(atPath: run.path)
        let through = try await begin()
        try await send(through)
        try await end(through, [Self.pay: .done, loans: .failed])
        #expect(try await mayBegin())
        try FileManager.default.removeItem(atPath: through.path)
        let failed = try await begin()
        try await send(failed)
        try await end(failed, [Self.pay: .failed, loans: .done])
        #expect(try await !mayBegin())
    }

    @Test(arguments: ["a line", "all", "gone"]) func whatCannotBeReadDoes(_ damage: String) async throws {
        let run = try await begin()
        try await send(run)
        run.close()
        let path = run.path + "/journal.ndjson"
        switch damage {
        case "a line":
            let text = String(decoding: try readBytes(path), as: UTF8.self)
            try Data(text.replacing("call_intended\"", with: "call_intended").utf8).write(to: URL(filePath: path))
        case "all": try Data(repeating: 0, count: 4_096).write(to: URL(filePath: path))
        default: try FileManager.default.removeItem(atPath: path)
        }
        #expect(try await !mayBegin())
        // Another run has decided since.
        try await end(begin(), [Self.pay: .done, Self.create: .done])
        #expect(try await mayBegin())
    }

    @Test func whatCannotBeReadAndWroteNothingDoesNot() async throws {
        let run = try await begin(Self.plan([]))
        run.close()
        try Data("damaged\n".utf8).write(to: URL(filePath: run.path + "/journal.ndjson"))
        #expect(try await mayBegin())
    }
}
