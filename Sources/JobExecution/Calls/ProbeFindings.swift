import Synchronization

/// Takes the records of a probe: all that matters is whether one of them is something. An API that has nothing may well
/// answer with `null` or an empty list in its place.
final class ProbeFindings: RecordSink {
    private struct State {
        /// The beginning of a line that goes on in the next piece.
        var line: [UInt8] = []
        var hasSomething = false
    }

    private static let nothing = Set(["null", "false", "[]", "{}"].map { Array($0.utf8) })
    private static let longestNothing = 5

    private let state = Mutex(State())

    var hasSomething: Bool { state.withLock { $0.hasSomething } }

    func append(_ lines: consuming [UInt8], returningTo buffers: LineBuffers) {
        state.withLock { [lines] state in
            for byte in lines where !state.hasSomething {
                guard byte == UInt8(ascii: "\n") else {
                    state.line.append(byte)
                    state.hasSomething = state.line.count > Self.longestNothing
                    continue
                }
                state.hasSomething = !Self.nothing.contains(state.line)
                state.line = []
            }
        }
    }

    func rollback() { state.withLock { $0 = State() } }

    var isBehind: Bool { false }
    func caughtUp() {}
    func enqueue(_ page: PageCommit) -> PendingCommit { PendingCommit(done: { true }) {} }
    func intend(_ intent: CallIntent) {}
    func note(_ outcome: CallOutcome) {}
    func waitForDisk() {}
    func reject(_ lines: [UInt8]) {}
    func mark() -> RecordMark { RecordMark(bytes: 0, records: 0) }
    func rollback(to mark: RecordMark) {}
    func publish() -> PublishedFile { PublishedFile(name: "", bytes: 0, records: 0, sha256: "") }
    func abandon() {}
}
