import JSONBytes
import JobExecution
import Secrets
import Synchronization

/// The journal of a run: `journal.ndjson`, one event a line, only ever appended to.
///
/// Each line is a JSON object that begins with `"v"` (the version of the format, 1), `"seq"` (1, 2, 3 …), `"at"` (the
/// time, UTC) and `"event"`; the other members depend on the event. A line goes to the system with one `write(2)`, so
/// a killed process loses none that ``append(_:)`` returned from, and leaves at most one torn line, the last.
///
/// Losing power loses at most the lines after the last ``sync()``. Callers that wait for the disk at the same time
/// share one `fdatasync(2)`.
///
/// After the first error every later call fails with it.
final class Journal: Sendable {
    /// In the run's folder.
    static let fileName = "journal.ndjson"
    /// The version of the format.
    static let version = 1

    private struct State {
        /// Lines handed to the system.
        var written = 0
        /// Lines known to be on the disk.
        var synced = 0
        var failure: SinkError?
    }

    private let state = Mutex(State())
    private let file: FileDescriptor
    private let path: String
    private let calls: SystemCalls
    private let queue: DiskQueue
    private let wall: WallClock
    private let redactor: Redactor

    /// Starts the journal of a new run in its folder.
    ///
    /// - Throws: `EEXIST` where there is one already.
    init(in folder: Folder, queue: DiskQueue, wall: WallClock, redactor: Redactor) throws(SystemError) {
        file = try folder.makeFile(Self.fileName)
        path = folder.path(of: Self.fileName)
        calls = folder.calls
        self.queue = queue
        self.wall = wall
        self.redactor = redactor
    }

    /// Goes on with the journal of an interrupted run after its last whole line, and waits until the end of what is torn
    /// is gone.
    ///
    /// - Parameters:
    ///   - file: open for appending.
    ///   - extent: what is whole in it.
    init(
        continuing file: FileDescriptor,
        after extent: JournalReader.Extent,
        in folder: Folder,
        queue: DiskQueue,
        wall: WallClock,
        redactor: Redactor
    ) throws(SystemError) {
        self.file = file
        path = folder.path(of: Self.fileName)
        calls = folder.calls
        self.queue = queue
        self.wall = wall
        self.redactor = redactor
        if extent.tornBytes > 0 { try calls.truncateFile(file, to: extent.validBytes) }
        // Also what is whole: the last lines may be in memory only, and the resume relies on them.
        try calls.syncFile(file)
        state.withLock { state in (state.written, state.synced) = (extent.entries, extent.entries) }
    }

    /// Writes the event's line, and for the events that need it waits until it is on the disk.
    ///
    /// - Throws: `io`.
    func record(_ event: JournalEvent) async throws(SinkError) {
        try append(event)
        if event.isDurable { try await sync() }
    }

    /// Hands the event's line to the system, without waiting for the disk.
    ///
    /// - Throws: `io`.
    func append(_ event: JournalEvent) throws(SinkError) {
        let members = event.members(redactor: redactor)
        try state.withLock { state throws(SinkError) in
            if let failure = state.failure { throw failure }
            let head = [
                JSONMember("v", .number(Self.version)),
                JSONMember("seq", .number(state.written + 1)),
                JSONMember("at", .string(Timestamp.text(wall.now()))),
                JSONMember("event", .string(event.name)),
            ]
            var line: [UInt8] = []
            JSONValue.object(head + members).write(into: &line)
            line.append(UInt8(ascii: "\n"))
            guard line.count <= JournalReader.longestLine else {
                throw SinkError(.io, "can't write to \"\(path)\": the line of a \(event.name) would be too long")
            }
            do throws(SystemError) {
                try line.span.bytes.withUnsafeBytes { bytes throws(SystemError) in
                    try calls.writeAll(bytes, to: file)
                }
            } catch {
                throw fail(error, &state)
            }
            state.written += 1
        }
    }

    /// Waits until every line appended so far is on the disk.
    ///
    /// - Throws: `io`.
    func sync() async throws(SinkError) {
        let wanted = state.withLock(\.written)
        try await queue.run { () throws(SinkError) in try self.syncNow(through: wanted) }
    }

    /// Does it on the caller's thread, unless another caller's call has done it in the meantime.
    func syncNow(through wanted: Int? = nil) throws(SinkError) {
        let target: Int? = try state.withLock { state throws(SinkError) in
            if let failure = state.failure { throw failure }
            return state.synced >= wanted ?? state.written ? nil : state.written
        }
        guard let target else { return }
        do throws(SystemError) {
            try calls.syncFileData(file)
        } catch {
            throw state.withLock { fail(error, &$0) }
        }
        state.withLock { $0.synced = max($0.synced, target) }
    }

    private func fail(_ error: SystemError, _ state: inout State) -> SinkError {
        let failure = error.failure(.io, "write to \"\(path)\"")
        state.failure = failure
        return failure
    }
}
