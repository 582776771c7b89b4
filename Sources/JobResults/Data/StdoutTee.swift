package import JSONBytes
package import JobExecution
package import JobSpec
import Synchronization

/// Sends the records of one step to another program as well, as they are committed (`--stdout STEP`); everything else
/// goes to the run's folder alone.
package struct StdoutTee: RunSink {
    private let folder: RunFolder
    private let step: StepID
    private let pipe: PipeWriter

    /// Sends the records of `step` on.
    ///
    /// - Parameter descriptor: where the records go, open for writing as long as the run lives; 1 is stdout.
    package init(_ folder: RunFolder, step: StepID, descriptor: Int32) {
        self.folder = folder
        self.step = step
        pipe = PipeWriter(descriptor: descriptor)
    }

    /// Makes the file of a step, as the folder does.
    package func open(_ step: StepID) async throws(SinkError) -> any RecordSink {
        let file = try await folder.openFile(step)
        return step == self.step ? TeeFile(file, pipe: pipe) : file
    }

    /// The file of a step that has ended, as the folder knows it.
    package func publishedFile(of step: StepID) -> String? { folder.publishedFile(of: step) }

    /// Hashes an input, as the folder does.
    package func digest(ofInput path: String) async throws(SinkError) -> InputDigest {
        try await folder.digest(ofInput: path)
    }

    /// The same for a list of items.
    package func digest(ofItems items: [JSONValue]) -> InputDigest { folder.digest(ofItems: items) }

    /// Notes an event, as the folder does.
    package func record(_ entry: RunEvent) async throws(SinkError) { try await folder.record(entry) }
}

/// A step's file whose committed records are read back and sent on.
///
/// A resumed run sends the step's records from the first one on: its reader is a new one.
///
/// What was sent can't be taken back. So once a mark was taken, nothing after the last mark is sent before the next
/// mark or the publication: until then it may still be dropped.
private final class TeeFile: RecordSink {
    private static let chunk = 1 << 16

    private struct State {
        /// How much of the file was sent.
        var sent = 0
        /// The last mark, once there was one, or where the item began that a resumed run goes on with: what comes after it
        /// may still be dropped.
        var safe: Int?
    }

    private let file: NDJSONFile
    private let pipe: PipeWriter
    private let state: Mutex<State>
    private let queue = DiskQueue(label: "stdout")

    init(_ file: NDJSONFile, pipe: PipeWriter) {
        self.file = file
        self.pipe = pipe
        state = Mutex(State(safe: file.itemStart?.bytes))
    }

    func append(_ lines: consuming [UInt8], returningTo buffers: LineBuffers) throws(SinkError) {
        try file.append(lines, returningTo: buffers)
    }

    var isBehind: Bool { file.isBehind }

    func caughtUp() async { await file.caughtUp() }

    func enqueue(_ page: PageCommit) -> PendingCommit {
        let pending = file.enqueue(page)
        return PendingCommit(done: { pending.isDone }) { () throws(SinkError) in
            try await pending.wait()
            try await self.send(through: self.state.withLock(\.safe) ?? self.file.committed.bytes)
        }
    }

    func rollback() throws(SinkError) { try file.rollback() }

    func intend(_ intent: CallIntent) async throws(SinkError) { try await file.intend(intent) }

    func note(_ outcome: CallOutcome) throws(SinkError) { try file.note(outcome) }

    func waitForDisk() async throws(SinkError) { try await file.waitForDisk() }

    func reject(_ lines: [UInt8]) throws(SinkError) { try file.reject(lines) }

    func mark() -> RecordMark {
        let mark = file.mark()
        state.withLock { $0.safe = mark.bytes }
        return mark
    }

    func rollback(to mark: RecordMark) throws(SinkError) {
        let sent = state.withLock(\.sent)
        guard mark.bytes >= sent else {
            throw SinkError(.io, "can't take back records that were already sent to stdout")
        }
        try file.rollback(to: mark)
        state.withLock { $0.safe = mark.bytes }
    }

    func publish() async throws(SinkError) -> PublishedFile {
        try await send(through: file.committed.bytes)
        return try await file.publish()
    }

    func abandon() async { await file.abandon() }

    /// Sends what is committed up to `end`, in bounded chunks, at the reader's pace.
    private func send(through end: Int) async throws(SinkError) {
        let stop = StopFlag()
        let work = { @Sendable () throws(SinkError) in try self.sendNow(through: end, unless: stop) }
        let result: Result<Void, SinkError> = await withTaskCancellationHandler {
            do throws(SinkError) {
                return .success(try await queue.run(work))
            } catch {
                return .failure(error)
            }
        } onCancel: {
            stop.raise()
        }
        try result.get()
    }

    private func sendNow(through end: Int, unless stop: StopFlag) throws(SinkError) {
        var bytes = [UInt8](repeating: 0, count: Self.chunk)
        while true {
            let offset = state.withLock(\.sent)
            let wanted = min(Self.chunk, end - offset)
            if wanted <= 0 { return }
            var span = bytes.mutableSpan
            let count = try span.withUnsafeMutableBytes { buffer throws(SinkError) in
                try file.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
            }
            guard count > 0 else { throw SinkError(.io, "the records to send to stdout are gone from their file") }
            try pipe.write(bytes[..<count], unless: stop)
            state.withLock { $0.sent = offset + count }
        }
    }
}
