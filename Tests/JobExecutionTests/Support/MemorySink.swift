import JSONBytes
import JobExecution
import JobSpec
import Synchronization

/// Keeps the results of a run in memory, and fails where a test says so.
final class MemorySink: RunSink {
    /// The calls that can fail.
    enum Call: String, Sendable, CaseIterable {
        case open, record, append, commit, rollback, rollbackToMark, publish, intend, settle, waitForDisk, reject,
            digest
    }

    private struct State {
        var events: [RunEvent] = []
        var files: [StepID: MemoryFile] = [:]
        var published: [StepID: String] = [:]
        var digest = "same"
    }

    private let failing: Call?
    private let commitsLate: Bool
    private let restored: [String: [String]]
    private let state = Mutex(State())

    /// - Parameters:
    ///   - failing: the call that fails as on a full disk.
    ///   - commitsLate: whether the first commit ends only when the next page's lines have come.
    ///   - restored: the lines that an interrupted run left, by step.
    init(failing: Call? = nil, commitsLate: Bool = false, restored: [String: [String]] = [:]) {
        self.restored = restored
        self.failing = failing
        self.commitsLate = commitsLate
    }

    static let diskFull = SinkError(.io, "no space left on device", help: "free some space")

    /// What was noted, in order.
    var events: [RunEvent] { state.withLock { $0.events } }

    func file(_ step: String) -> MemoryFile? { state.withLock { $0.files[StepID(step)!] } }

    func open(_ step: StepID) async throws(SinkError) -> any RecordSink {
        if failing == .open { throw SinkError(.cannotCreate, "can't make the file") }
        let lines = restored[step.name] ?? []
        let file = MemoryFile(step, failing: failing, commitsLate: commitsLate, restored: lines)
        state.withLock { $0.files[step] = file }
        return file
    }

    func publishedFile(of step: StepID) -> String? { state.withLock { $0.published[step] } }

    /// Names a file that a step is taken to have left, for a later step that reads it.
    func place(_ path: String, as step: StepID) { state.withLock { $0.published[step] = path } }

    func digest(ofInput path: String) async throws(SinkError) -> InputDigest {
        if failing == .digest { throw Self.diskFull }
        return InputDigest(path: path, bytes: 0, sha256: state.withLock { $0.digest })
    }

    func digest(ofItems items: [JSONValue]) -> InputDigest {
        InputDigest(path: nil, bytes: items.count, sha256: JSONValue.array(items).jsonText)
    }

    /// What every input's digest is from now on.
    func setDigest(_ digest: String) { state.withLock { $0.digest = digest } }

    func record(_ entry: RunEvent) async throws(SinkError) {
        if failing == .record { throw Self.diskFull }
        state.withLock { $0.events.append(entry) }
    }
}

/// The records of one step, and what became of them.
final class MemoryFile: RecordSink {
    enum Ending: Hashable, Sendable { case published, abandoned }

    private struct State {
        var bytes: [UInt8] = []
        var committed = RecordMark(bytes: 0, records: 0)
        var commits: [PageCommit] = []
        /// What was noted of writes, in order: `intend KEY` and `STATE KEY`.
        var notes: [String] = []
        var outcomes: [Int: CallOutcome] = [:]
        /// The lines of outcomes that need not be on the disk yet.
        var unforced: Set<[UInt8]> = []
        var rejects: [UInt8] = []
        var ending: Ending?
        var wasMisused = false
    }

    private let step: StepID
    private let failing: MemorySink.Call?
    private let commitsLate: Bool
    private let appends = Atomic(0)
    private let secondAppend = Gate()
    private let state: Mutex<State>

    init(_ step: StepID, failing: MemorySink.Call?, commitsLate: Bool, restored: [String]) {
        var state = State()
        state.bytes = Array(restored.map { $0 + "\n" }.joined().utf8)
        state.committed = RecordMark(bytes: state.bytes.count, records: restored.count)
        self.state = Mutex(state)
        self.step = step
        self.failing = failing
        self.commitsLate = commitsLate
    }

    /// The committed lines.
    var lines: [String] {
        let bytes = state.withLock { Array($0.bytes.prefix($0.committed.bytes)) }
        return bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }

    var commits: [PageCommit] { state.withLock { $0.commits } }
    var ending: Ending? { state.withLock { $0.ending } }
    /// Whether it was used after its end, ended twice, committed with a broken line, or given a line too early.
    var wasMisused: Bool { state.withLock { $0.wasMisused } }

    func append(_ lines: consuming [UInt8], returningTo buffers: LineBuffers) throws(SinkError) {
        if failing == .append { throw MemorySink.diskFull }
        change { [lines] state in
            // The outcome is on the disk before its line is in the file.
            if state.unforced.contains(Array(lines.dropLast())) { state.wasMisused = true }
            state.bytes += lines
        }
        if appends.add(1, ordering: .sequentiallyConsistent).newValue == 2 { secondAppend.open() }
        buffers.give(lines)
    }

    var isBehind: Bool { false }

    func caughtUp() {}

    func enqueue(_ page: PageCommit) -> PendingCommit {
        if failing == .commit {
            return PendingCommit(done: { true }) { () throws(SinkError) in throw MemorySink.diskFull }
        }
        commitNow(page)
        let isLate = commitsLate && page.page == 0
        return PendingCommit(done: { !isLate }) { if isLate { await self.secondAppend.opened() } }
    }

    private func commitNow(_ page: PageCommit) {
        change { state in
            if let last = state.bytes.last, last != UInt8(ascii: "\n") { state.wasMisused = true }
            let lines = state.bytes.dropFirst(state.committed.bytes).count { $0 == UInt8(ascii: "\n") }
            if lines != page.records { state.wasMisused = true }
            let records = state.committed.records + page.records
            state.committed = RecordMark(bytes: state.bytes.count, records: records)
            state.commits.append(page)
            state.notes.append("commit \(page.item)")
        }
    }

    func rollback() throws(SinkError) {
        if failing == .rollback { throw MemorySink.diskFull }
        change { $0.bytes.removeLast($0.bytes.count - $0.committed.bytes) }
    }

    var notes: [String] { state.withLock { $0.notes } }
    var outcomes: [Int: CallOutcome] { state.withLock { $0.outcomes } }
    var rejects: [String] {
        let bytes = state.withLock { $0.rejects }
        return bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }

    func intend(_ intent: CallIntent) async throws(SinkError) {
        if failing == .intend { throw MemorySink.diskFull }
        change { state in
            state.notes.append("intend \(intent.key)")
            state.unforced = []
        }
    }

    func waitForDisk() async throws(SinkError) {
        if failing == .waitForDisk { throw MemorySink.diskFull }
        change { $0.unforced = [] }
    }

    func note(_ outcome: CallOutcome) throws(SinkError) {
        if failing == .settle { throw MemorySink.diskFull }
        change { state in
            state.notes.append("\(outcome.state.rawValue) \(outcome.intent.key)")
            state.outcomes[outcome.intent.call] = outcome
            state.unforced.insert(outcome.record)
        }
    }

    func reject(_ lines: [UInt8]) throws(SinkError) {
        if failing == .reject { throw MemorySink.diskFull }
        change { $0.rejects += lines }
    }

    func mark() -> RecordMark { state.withLock { $0.committed } }

    func rollback(to mark: RecordMark) throws(SinkError) {
        if failing == .rollbackToMark { throw MemorySink.diskFull }
        change { state in
            state.bytes.removeLast(state.bytes.count - mark.bytes)
            state.committed = mark
        }
    }

    func publish() async throws(SinkError) -> PublishedFile {
        if failing == .publish { throw MemorySink.diskFull }
        let mark = mark()
        change { $0.ending = .published }
        return PublishedFile(name: "\(step).ndjson", bytes: mark.bytes, records: mark.records, sha256: "")
    }

    func abandon() async {
        change { $0.ending = .abandoned }
    }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { state in
            if state.ending != nil { state.wasMisused = true }
            body(&state)
        }
    }
}
