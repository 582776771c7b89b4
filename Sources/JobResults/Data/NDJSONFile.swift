import Crypto
import Glibc
import JobExecution
import JobPlan
import JobSpec
import Synchronization

/// The records of one step on their way to `<step>.ndjson`, and its refused items on theirs to `<step>.rejects.ndjson`.
///
/// Records are written to `<step>.ndjson.partial` in the background, small ones from a buffer of 1 MiB. A commit writes
/// what is left, then its line in the journal, which holds the files' lengths and their SHA-256 up to there: a resumed
/// run takes the last commit that the files still match, so no order in which a disk keeps writes can mislead it. Every
/// ``syncInterval`` the data and then the journal are forced to the disk, so that is the most that a loss of power
/// costs; a killed process loses the pages that were not committed yet, and no more.
///
/// After the first error every later call fails with it.
final class NDJSONFile: RecordSink, WriteBehind.Worker {
    static let bufferCapacity = 1 << 20
    static let rejectsCapacity = 1 << 16

    /// How many marks can be gone back to: the latest ones.
    static let keptMarks = 16

    /// The time between forced writes while a step runs.
    static let syncInterval = Duration.seconds(5)

    /// What both files held when a mark was taken.
    private struct Mark {
        let commit: StepCommit
        /// Those not committed yet included.
        let rejectBytes: Int
        let rejectLines: Int
    }

    private enum Phase {
        case open
        case published(PublishedFile)
        case abandoned
    }

    private struct State {
        var phase = Phase.open
        var failure: SinkError?
        var records: LineFile
        /// Made with the first refused item.
        var rejects: LineFile?
        /// Those not committed yet included.
        var rejectLines = 0
        var committed: StepCommit
        var marks: [Mark] = []
        var lastSync: Duration

        /// Both, as far as they are there.
        var files: [FileDescriptor] { [records.file] + (rejects.map { [$0.file] } ?? []) }
    }

    private let state: Mutex<State>
    private let step: StepID
    private let folder: Folder
    private let journal: Journal
    private let queue: DiskQueue
    private let clock: RunClock
    private let names: StepFileNames
    private let published: PublishedFiles
    private let behind: WriteBehind

    /// Makes the partial file, or goes on with that of an interrupted run.
    ///
    /// - Parameters:
    ///   - restored: what an interrupted run left, cut back to its last commit.
    ///   - published: is told of the file under its final name.
    /// - Throws: `EEXIST` where the step has a file already.
    init(
        step: StepID,
        folder: Folder,
        journal: Journal,
        queue: DiskQueue,
        clock: RunClock,
        restored: RestoredStep? = nil,
        published: PublishedFiles
    ) throws(SystemError) {
        self.step = step
        self.folder = folder
        self.journal = journal
        self.queue = queue
        self.clock = clock
        self.published = published
        behind = WriteBehind(label: "records of \(step)")
        names = StepFileNames(step)
        let commit = restored?.commit ?? StepCommit()
        let file = if let restored { restored.records } else { try folder.makeFile(names.records.partial) }
        var state = State(
            records: LineFile(file, written: commit.file, capacity: Self.bufferCapacity, calls: folder.calls),
            committed: commit,
            lastSync: clock.now
        )
        if let rejects = restored?.rejects {
            state.rejects = Self.rejects(rejects, written: commit.rejects, folder)
            state.rejectLines = commit.rejectLines
        }
        self.state = Mutex(state)
    }

    func append(_ lines: consuming [UInt8], returningTo buffers: LineBuffers) throws(SinkError) {
        try behind.append(lines, returningTo: buffers, worker: self)
    }

    var isBehind: Bool { behind.isBehind }

    func caughtUp() async { await behind.caughtUp() }

    func enqueue(_ page: PageCommit) -> PendingCommit { behind.commit(page, worker: self) }

    func write(_ lines: [UInt8]) throws(SinkError) {
        try perform("write to") { state throws(SystemError) in
            try lines.span.bytes.withUnsafeBytes { bytes throws(SystemError) in try state.records.append(bytes) }
        }
    }

    func reject(_ lines: [UInt8]) throws(SinkError) {
        behind.finish(worker: self)
        try perform("write the rejects of") { state throws(SystemError) in
            var rejects =
                if let rejects = state.rejects {
                    rejects
                } else {
                    Self.rejects(try folder.makeFile(names.rejects.partial), written: .init(), folder)
                }
            // The only reference, so that the buffer is not copied.
            state.rejects = nil
            defer { state.rejects = rejects }
            try lines.span.bytes.withUnsafeBytes { bytes throws(SystemError) in try rejects.append(bytes) }
            state.rejectLines += lines.count { $0 == UInt8(ascii: "\n") }
        }
    }

    func commitNow(_ page: PageCommit) throws(SinkError) {
        let (checkpoint, due) = try perform("write to") { state throws(SystemError) in
            try state.records.flush()
            try commitRejects(&state)
            state.committed.page = page
            state.committed.pages += 1
            state.committed.records += page.records
            state.committed.file = state.records.written
            let now = clock.now
            let isDue = now - state.lastSync >= Self.syncInterval
            if isDue { state.lastSync = now }
            return (
                state.committed.checkpoint, isDue ? [state.records.file] + (state.rejects.map { [$0.file] } ?? []) : []
            )
        }
        try journal.append(.pageCommitted(step, checkpoint))
        guard !due.isEmpty else { return }
        try attempt("sync") { () throws(SystemError) in for file in due { try folder.calls.syncFileData(file) } }
        try journal.syncNow()
    }

    func rollback() throws(SinkError) {
        behind.finish(worker: self)
        try perform("cut") { state throws(SystemError) in try state.records.cut(to: state.committed.file) }
    }

    func intend(_ intent: CallIntent) async throws(SinkError) { try await journal.record(.callIntended(step, intent)) }

    func note(_ outcome: CallOutcome) throws(SinkError) { try journal.append(.callSettled(step, outcome)) }

    func waitForDisk() async throws(SinkError) { try await journal.sync() }

    func mark() -> RecordMark {
        behind.finish(worker: self)
        return state.withLock { state in
            let mark = Mark(
                commit: state.committed,
                rejectBytes: state.rejects?.bytes ?? 0,
                rejectLines: state.rejectLines
            )
            // Of marks at the same place the last one counts.
            if state.marks.last?.commit.mark == mark.commit.mark { state.marks.removeLast() }
            state.marks.append(mark)
            if state.marks.count > Self.keptMarks { state.marks.removeFirst() }
            return mark.commit.mark
        }
    }

    func rollback(to mark: RecordMark) throws(SinkError) {
        behind.finish(worker: self)
        let (target, commit) = try perform("cut") { state throws(SystemError) -> (Mark?, StepCommit?) in
            guard let target = try Self.target(at: mark, state) else { return (nil, nil) }
            var commit = target.commit
            if state.committed.rejects.bytes <= target.rejectBytes {
                // Refused before the mark, and committed since.
                (commit.rejects, commit.rejectLines) = (state.committed.rejects, state.committed.rejectLines)
            } else if let rejects = state.rejects {
                commit.rejects = try rejects.prefix(ofLength: target.rejectBytes)
                commit.rejectLines = target.rejectLines
            }
            let isSame =
                commit.page == state.committed.page && commit.pages == state.committed.pages
                && commit.rejects.bytes == state.committed.rejects.bytes
            return (target, isSame ? nil : commit)
        }
        guard let target else {
            throw SinkError(.io, "can't go back to byte \(mark.bytes) of \"\(path)\": it is not one of the last marks")
        }
        // First, so that no death leaves the journal with pages that the file has lost.
        if let commit { try journal.append(.recordsDropped(step, commit.checkpoint)) }
        try perform("cut") { state throws(SystemError) in
            if let commit { state.committed = commit }
            state.marks.removeAll { $0.commit.mark.bytes > mark.bytes }
            try state.records.cut(to: state.committed.file)
            try state.rejects?.cut(toLength: target.rejectBytes)
            state.rejectLines = target.rejectLines
        }
    }

    /// What to go back to: one of the last marks, or what there was when an interrupted run began the last page's item.
    private static func target(at mark: RecordMark, _ state: State) throws(SystemError) -> Mark? {
        if let known = state.marks.last(where: { $0.commit.mark == mark }) { return known }
        guard let page = state.committed.page, let start = page.itemStart, start.mark == mark else { return nil }
        var commit = state.committed
        // Whatever the item before it was like, it is done.
        let before = page.item - 1
        commit.page = before < 0 ? nil : PageCommit(item: before, page: 0, records: 0, outputs: start.outputs)
        commit.pages -= page.page + 1
        commit.records = mark.records
        commit.file = try state.records.prefix(ofLength: mark.bytes)
        return Mark(commit: commit, rejectBytes: state.rejects?.bytes ?? 0, rejectLines: state.rejectLines)
    }

    func publish() async throws(SinkError) -> PublishedFile {
        behind.finish(worker: self)
        if case .published(let result) = state.withLock(\.phase) { return result }
        let (files, commit, hasNewRejects) = try perform("write to") { state throws(SystemError) in
            try state.records.cut(to: state.committed.file)
            let before = state.committed.rejects.bytes
            try commitRejects(&state)
            return (state.files, state.committed, state.committed.rejects.bytes != before)
        }
        let checkpoint = commit.checkpoint
        if hasNewRejects { try journal.append(.rejectsCommitted(step, checkpoint)) }
        let result = PublishedFile(names.records.published, checkpoint.file)
        let rejects = checkpoint.rejects.map { PublishedFile(names.rejects.published, $0) }
        try await queue.run { () throws(SinkError) in
            try self.attempt("sync") { () throws(SystemError) in
                for file in files { try self.folder.calls.syncFile(file) }
            }
            try self.attempt("publish") { () throws(SystemError) in try self.giveFinalNames(withRejects: rejects != nil)
            }
        }
        state.withLock { state in
            state.phase = .published(result)
            state.records.releaseBuffer()
            state.rejects = nil
            state.marks = []
        }
        // The end of the step follows, and it is the two of them that must be on the disk before anything goes by them.
        // Until then a resume finds a file that has its final name too early, and gives it its first one back.
        try journal.append(.filePublished(step, result, rejects: rejects))
        behind.close(closed("write to"))
        published.add(step, result, rejects: rejects)
        return result
    }

    func abandon() async {
        behind.finish(worker: self)
        behind.close(closed("write to"))
        state.withLock { state in
            guard case .open = state.phase else { return }
            // Only tidiness: a resumed run looks at the journal for what counts.
            try? state.records.cut(to: state.committed.file)
            try? state.rejects?.cut(to: state.committed.rejects)
            state.phase = .abandoned
            state.records.releaseBuffer()
            state.rejects = nil
            state.marks = []
        }
    }

    /// What counts so far; unlike ``mark()`` it is not remembered.
    var committed: RecordMark { state.withLock(\.committed.mark) }

    /// Where the item of the last page began, if it has more pages and may be left out.
    var itemStart: RecordMark? { state.withLock(\.committed.page?.itemStart?.mark) }

    /// Reads committed bytes back, for another reader than the file's.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(SinkError) -> Int {
        try perform("read") { state throws(SystemError) in try state.records.file.read(at: offset, into: buffer) }
    }

    private var path: String { folder.path(of: names.records.partial) }

    private func closed(_ action: String) -> SinkError { SinkError(.io, "can't \(action) \"\(path)\": it is closed") }

    private static func rejects(_ file: FileDescriptor, written: LineFile.Prefix, _ folder: Folder) -> LineFile {
        LineFile(file, written: written, capacity: rejectsCapacity, calls: folder.calls)
    }

    private func commitRejects(_ state: inout State) throws(SystemError) {
        try state.rejects?.flush()
        guard let rejects = state.rejects else { return }
        (state.committed.rejects, state.committed.rejectLines) = (rejects.written, state.rejectLines)
    }

    /// The records last: who sees them sees the rejects as well.
    private func giveFinalNames(withRejects: Bool) throws(SystemError) {
        if withRejects {
            try folder.rename(names.rejects.partial, to: names.rejects.published)
        } else {
            try folder.remove(names.rejects.partial)
        }
        try folder.rename(names.records.partial, to: names.records.published)
        try folder.sync()
    }

    /// Does something with the open files, alone. An error of the system ends their use.
    private func perform<Value>(
        _ action: String,
        _ body: (inout State) throws(SystemError) -> Value
    ) throws(SinkError) -> Value {
        try state.withLock { state throws(SinkError) in
            if let failure = state.failure { throw failure }
            guard case .open = state.phase else { throw closed(action) }
            do throws(SystemError) {
                return try body(&state)
            } catch {
                throw fail(error, action, &state)
            }
        }
    }

    /// Does something that may take long, without the lock. An error ends the file's use.
    private func attempt(_ action: String, _ body: () throws(SystemError) -> Void) throws(SinkError) {
        do throws(SystemError) {
            try body()
        } catch {
            throw state.withLock { fail(error, action, &$0) }
        }
    }

    private func fail(_ error: SystemError, _ action: String, _ state: inout State) -> SinkError {
        let failure = error.failure(.io, "\(action) \"\(path)\"")
        state.failure = failure
        behind.close(failure)
        return failure
    }
}

extension PublishedFile {
    init(_ name: String, _ prefix: StepCheckpoint.FilePrefix) {
        self.init(name: name, bytes: prefix.bytes, records: prefix.records, sha256: prefix.sha256)
    }
}
