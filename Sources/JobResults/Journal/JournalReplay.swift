import JSONBytes
import JobExecution
import JobSpec

/// What a journal tells of its run, folded from its entries one by one. Its size does not grow with the journal: of a
/// write step, only the calls are kept whose lines are not in the step's file yet.
struct JournalReplay: Sendable {
    /// What a second reading does otherwise.
    struct Options: Hashable, Sendable {
        /// For steps whose files have lost their ends: the sequence of the last entry about the file that still holds.
        var lastFitting: [StepID: Int] = [:]
        /// Steps of which every call is kept, as the file went back behind some.
        var keepsAllCalls: Set<StepID> = []
    }

    /// The first line.
    struct Opening: Sendable {
        let run: RunID
        let job: StepID
        /// The time, by RFC 3339.
        let at: String
    }

    private let options: Options
    private(set) var opening: Opening?
    private(set) var header: RunHeader?
    /// How often the run was started and resumed.
    private(set) var attempt = 1
    private(set) var steps: [StepID: StepHistory] = [:]
    /// How the last attempt ended, if it came to an end.
    private(set) var ended: RunState?
    /// The time of the last entry.
    private(set) var lastAt: String?
    /// Steps whose files went back behind calls that are no longer kept: another reading must keep them.
    private(set) var stepsToKeepCallsOf: Set<StepID> = []
    /// The sequence of the first entry that is not what its name promises, once there is one.
    private(set) var firstMalformed: Int?
    /// Steps of which calls were left out.
    private var prunedSteps: Set<StepID> = []

    init(_ options: Options = Options()) { self.options = options }

    /// Takes the next entry. One of an unknown name is passed over.
    mutating func take(_ entry: JournalEntry) {
        lastAt = entry.at
        if !interpret(entry), firstMalformed == nil { firstMalformed = entry.sequence }
    }

    /// Whether the entry is what its name promises.
    private mutating func interpret(_ entry: JournalEntry) -> Bool {
        switch entry.event {
        case "run_started": return start(entry)
        case "run_resumed": return resume(entry)
        case "run_finished":
            ended = entry.json["state"]?.text.flatMap { RunState(rawValue: $0) }
            return ended != nil
        case "step_started", "step_resumed", "step_failed", "step_finished", "step_skipped", "page_committed",
            "rejects_committed", "records_dropped", "item_skipped", "input_opened", "call_intended", "call_settled",
            "call_resolved", "file_published":
            guard let step = entry.json.step() else { return false }
            var history = steps.removeValue(forKey: step) ?? StepHistory()
            defer { steps[step] = history }
            return interpret(entry, of: step, &history)
        default: return true
        }
    }

    private mutating func start(_ entry: JournalEntry) -> Bool {
        let json = entry.json
        guard entry.sequence == 1, let run = json["run"]?.text.flatMap({ RunID($0) }), let job = json.step("job"),
            let environment = json["environment"]?.text, let asOf = json["as_of"]?.text,
            let planHash = json["plan_hash"]?.text, let version = json["runner"]?.text
        else { return false }
        opening = Opening(run: run, job: job, at: entry.at)
        header = RunHeader(
            planHash: planHash,
            environment: environment,
            asOf: asOf,
            version: version,
            invocation: json["invocation"].flatMap { RunInvocation($0) }
        )
        return true
    }

    private mutating func resume(_ entry: JournalEntry) -> Bool {
        guard let attempt = entry.json["attempt"]?.intValue else { return false }
        self.attempt = attempt
        if let version = entry.json["runner"]?.text { header?.version = version }
        if let planHash = entry.json["plan_hash"]?.text { header?.planHash = planHash }
        ended = nil
        return true
    }

    private mutating func interpret(_ entry: JournalEntry, of step: StepID, _ history: inout StepHistory) -> Bool {
        let json = entry.json
        switch entry.event {
        case "step_failed":
            history.failure = json["reason"]?.text ?? ""
        case "step_finished", "step_skipped":
            return finish(json, of: step, &history, isSkipped: entry.event == "step_skipped")
        case "page_committed", "rejects_committed", "records_dropped":
            return takeCheckpoint(entry, of: step, &history)
        case "item_skipped":
            if !history.isBehindItsFiles { history.skippedItems += json.count("count") ?? 1 }
        case "input_opened":
            guard let bytes = json.count("bytes"), let sha256 = json["sha256"]?.text else { return false }
            history.input = InputDigest(path: json["path"]?.text, bytes: bytes, sha256: sha256)
        case "call_intended":
            guard let intent = CallIntent(json) else { return false }
            if history.calls.updateValue(.open(intent), forKey: intent.call) == nil { history.callCount += 1 }
            history.sentAt[intent.call] = entry.at
        case "call_settled":
            guard let outcome = CallOutcome(json) else { return false }
            history.calls[outcome.intent.call] = outcome
            if outcome.state != .unknown { history.sentAt[outcome.intent.call] = nil }
        case "call_resolved":
            guard let intent = CallIntent(json), let isDone = json["done"]?.boolValue else { return false }
            history.calls[intent.call] = .resolved(intent, isDone: isDone)
            history.sentAt[intent.call] = nil
        case "file_published":
            guard let file = PublishedFile(json) else { return false }
            history.file = file
            history.rejects = json["rejects"].flatMap { PublishedFile($0) }
        default: break
        }
        return true
    }

    private mutating func takeCheckpoint(_ entry: JournalEntry, of step: StepID, _ history: inout StepHistory) -> Bool {
        guard let checkpoint = StepCheckpoint(entry.json) else { return false }
        // The files do not have what this tells of: it is as if it had not come.
        if let last = options.lastFitting[step], entry.sequence > last {
            history.isBehindItsFiles = true
            return true
        }
        history.checkpoint = checkpoint
        if let skippedItems = entry.json.count("skipped_items") { history.skippedItems = skippedItems }
        if entry.event == "records_dropped" {
            if prunedSteps.contains(step) { stepsToKeepCallsOf.insert(step) }
        } else if let page = checkpoint.page, let call = history.calls[page.item], call.state != .unknown,
            !options.keepsAllCalls.contains(step)
        {
            history.calls[page.item] = nil
            prunedSteps.insert(step)
        }
        return true
    }

    private func finish(_ json: JSONValue, of step: StepID, _ history: inout StepHistory, isSkipped: Bool) -> Bool {
        var report = StepReport(id: step, state: .skipped)
        if !isSkipped {
            guard let read = StepReport(json, step, history.file, history.rejects) else { return false }
            report = read
        }
        report.reason = json["reason"]?.text
        guard report.state != .failed else {
            history.failure = report.reason ?? ""
            return true
        }
        guard let outputs = json.outputs else { return false }
        history.finished = ResumePoint.FinishedStep(report: report, outputs: outputs)
        // All that is still of use.
        history.calls = history.calls.filter { $0.value.state == .unknown }
        history.checkpoint = nil
        return true
    }
}
