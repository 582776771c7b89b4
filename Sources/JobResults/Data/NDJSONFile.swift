import Crypto
import Glibc
import JobExecution
import JobPlan
import JobSpec
import Synchronization

/// The records of one step on their way to `<step>.ndjson`.
///
/// They are collected in a buffer of 1 MiB and written to `<step>.ndjson.partial`. A commit writes what is left, then
/// its line in the journal, which holds the file's length and its SHA-256 up to there: a resumed run takes the last
/// commit that the file still matches, so no order in which a disk keeps writes can mislead it. Every
/// ``syncInterval`` the data and then the journal are forced to the disk, so that is the most that a loss of power
/// costs; a killed process loses the page that was not committed yet, and no more.
///
/// After the first error every later call fails with it.
final class NDJSONFile: RecordSink {
    static let bufferCapacity = 1 << 20

    /// How many marks are kept with their hash. Going back to an older one reads the file again.
    static let keptMarks = 4

    /// The time between forced writes while a step runs.
    static let syncInterval = Duration.seconds(5)

    /// The names of a step's file: while it is written, and once it is whole.
    static func names(of step: StepID) -> (partial: String, published: String) {
        ("\(step.name).ndjson.partial", "\(step.name).ndjson")
    }

    /// A length of the file and the hash of what it holds up to there.
    private struct Prefix {
        var mark = RecordMark(bytes: 0, records: 0)
        var hash = SHA256()
    }

    private enum Phase {
        case open(FileDescriptor)
        case published(PublishedFile)
        case abandoned
    }

    private struct State {
        var phase: Phase
        var failure: SinkError?
        /// What is not yet written.
        var buffer: [UInt8] = []
        /// What is written, committed or not.
        var written = 0
        var hash = SHA256()
        /// What counts. The buffer is empty at every commit.
        var committed = Prefix()
        var marks: [Prefix] = []
        var lastSync: Duration
    }

    private let state: Mutex<State>
    private let step: StepID
    private let folder: Folder
    private let journal: Journal
    private let queue: DiskQueue
    private let clock: RunClock
    private let name: (partial: String, published: String)

    /// Makes the partial file.
    ///
    /// - Throws: `EEXIST` where the step has a file already.
    init(
        step: StepID,
        folder: Folder,
        journal: Journal,
        queue: DiskQueue,
        clock: RunClock
    ) throws(SystemError) {
        self.step = step
        self.folder = folder
        self.journal = journal
        self.queue = queue
        self.clock = clock
        name = Self.names(of: step)
        var state = State(phase: .open(try folder.makeFile(name.partial)), lastSync: clock.now)
        state.buffer.reserveCapacity(Self.bufferCapacity)
        self.state = Mutex(state)
    }

    func append(_ lines: UnsafeRawBufferPointer) throws(SinkError) {
        try perform("write to") { state, file throws(SystemError) in
            if state.buffer.count + lines.count > Self.bufferCapacity { try flush(&state, file) }
            if lines.count >= Self.bufferCapacity {
                try write(lines, &state, file)
            } else {
                state.buffer.append(contentsOf: lines)
            }
        }
    }

    func commit(_ page: PageCommit) async throws(SinkError) {
        let (reached, digest, due) = try perform("write to") { state, file throws(SystemError) in
            try flush(&state, file)
            let records = state.committed.mark.records + page.records
            state.committed = Prefix(mark: RecordMark(bytes: state.written, records: records), hash: state.hash)
            let now = clock.now
            let due = now - state.lastSync >= Self.syncInterval
            if due { state.lastSync = now }
            return (state.committed.mark, state.hash.finalize(), due ? file : nil)
        }
        try journal.append(.pageCommitted(step, page, reached: reached, sha256: HexText.lowercase(digest)))
        guard let due else { return }
        try await queue.run { () throws(SinkError) in
            try self.attempt("sync") { () throws(SystemError) in try self.folder.calls.syncFileData(due) }
            try self.journal.syncNow()
        }
    }

    func rollback() throws(SinkError) {
        try perform("cut") { state, file throws(SystemError) in try dropUncommitted(&state, file) }
    }

    func mark() -> RecordMark {
        state.withLock { state in
            let prefix = state.committed
            if state.marks.last?.mark != prefix.mark { state.marks.append(prefix) }
            if state.marks.count > Self.keptMarks { state.marks.removeFirst() }
            return prefix.mark
        }
    }

    func rollback(to mark: RecordMark) throws(SinkError) {
        let committed = state.withLock(\.committed.mark)
        if mark == committed { return try rollback() }
        guard mark.bytes >= 0, mark.bytes < committed.bytes, mark.records <= committed.records else {
            throw SinkError(.io, "can't go back to byte \(mark.bytes) of \"\(path)\": only \(committed.bytes) count")
        }
        // First, so that no death leaves the journal with pages that the file has lost.
        try journal.append(.recordsDropped(step, mark))
        try perform("cut") { state, file throws(SystemError) in
            let kept = state.marks.last { $0.mark == mark }
            let hash = if let kept { kept.hash } else { try file.hash(upTo: mark.bytes) }
            state.committed = Prefix(mark: mark, hash: hash)
            state.marks.removeAll { $0.mark.bytes > mark.bytes }
            state.buffer.removeAll(keepingCapacity: true)
            try folder.calls.truncateFile(file, to: mark.bytes)
            (state.written, state.hash) = (mark.bytes, hash)
        }
    }

    func publish() async throws(SinkError) -> PublishedFile {
        if case .published(let result) = state.withLock(\.phase) { return result }
        let (file, result) = try perform("write to") { state, file throws(SystemError) in
            try dropUncommitted(&state, file)
            let mark = state.committed.mark
            let digest = HexText.lowercase(state.hash.finalize())
            let result = PublishedFile(name: name.published, bytes: mark.bytes, records: mark.records, sha256: digest)
            return (file, result)
        }
        try await queue.run { () throws(SinkError) in
            try self.attempt("sync") { () throws(SystemError) in try self.folder.calls.syncFile(file) }
            try self.attempt("publish") { () throws(SystemError) in
                try self.folder.rename(self.name.partial, to: self.name.published)
                try self.folder.sync()
            }
        }
        state.withLock { state in
            state.phase = .published(result)
            state.buffer = []
            state.marks = []
        }
        try await journal.record(.filePublished(step, result))
        return result
    }

    func abandon() async {
        state.withLock { state in
            guard case .open(let file) = state.phase else { return }
            // Only tidiness: a resumed run looks at the journal for what counts.
            try? folder.calls.truncateFile(file, to: state.committed.mark.bytes)
            state.phase = .abandoned
            state.buffer = []
            state.marks = []
        }
    }

    /// What counts so far; unlike ``mark()`` it is not remembered.
    var committed: RecordMark { state.withLock(\.committed.mark) }

    /// Reads committed bytes back, for another reader than the file's.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(SinkError) -> Int {
        try perform("read") { _, file throws(SystemError) in try file.read(at: offset, into: buffer) }
    }

    private var path: String { folder.path(of: name.partial) }

    private func flush(_ state: inout State, _ file: FileDescriptor) throws(SystemError) {
        if state.buffer.isEmpty { return }
        let buffer = state.buffer
        state.buffer = []
        try buffer.span.bytes.withUnsafeBytes { bytes throws(SystemError) in try write(bytes, &state, file) }
        state.buffer = buffer
        state.buffer.removeAll(keepingCapacity: true)
    }

    private func write(
        _ bytes: UnsafeRawBufferPointer,
        _ state: inout State,
        _ file: FileDescriptor
    ) throws(SystemError) {
        try folder.calls.writeAll(bytes, to: file)
        state.hash.update(bufferPointer: bytes)
        state.written += bytes.count
    }

    private func dropUncommitted(_ state: inout State, _ file: FileDescriptor) throws(SystemError) {
        state.buffer.removeAll(keepingCapacity: true)
        guard state.written > state.committed.mark.bytes else { return }
        try folder.calls.truncateFile(file, to: state.committed.mark.bytes)
        (state.written, state.hash) = (state.committed.mark.bytes, state.committed.hash)
    }

    /// Does something with the open file, alone. An error of the system ends the file's use.
    private func perform<Value>(
        _ action: String,
        _ body: (inout State, FileDescriptor) throws(SystemError) -> Value
    ) throws(SinkError) -> Value {
        try state.withLock { state throws(SinkError) in
            if let failure = state.failure { throw failure }
            guard case .open(let file) = state.phase else {
                throw SinkError(.io, "can't \(action) \"\(path)\": it is closed")
            }
            do throws(SystemError) {
                return try body(&state, file)
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
        return failure
    }
}
