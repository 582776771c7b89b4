import Dispatch
import JobExecution
import Synchronization

/// Lines and commits on their way to a step's file, done one after another in the order in which they came, on a thread
/// of their own: hashing and writing take as long as reading and splitting, and go on beside them.
final class WriteBehind: Sendable {
    /// What does the work.
    protocol Worker: AnyObject, Sendable {
        func write(_ lines: [UInt8]) throws(SinkError)
        func commitNow(_ page: PageCommit) throws(SinkError)
    }

    private enum Work: Sendable {
        case lines([UInt8], LineBuffers)
        case commit(PageCommit, CommitReceipt)
    }

    private struct State {
        var work: [Work] = []
        /// Those of lines that are not written yet.
        var bytes = 0
        var isRunning = false
        var failure: SinkError?
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// With so many bytes on their way, no more should come, and again with so many.
    static let (highWater, lowWater) = (1 << 21, 1 << 20)

    private let state = Mutex(State())
    private let queue: DispatchQueue

    /// - Parameter label: what a debugger shows.
    init(label: String) { queue = DispatchQueue(label: label) }

    /// Takes lines.
    ///
    /// - Throws: what has failed before.
    func append(
        _ lines: consuming [UInt8],
        returningTo buffers: LineBuffers,
        worker: some Worker
    ) throws(SinkError) {
        let count = lines.count
        let needsRun = try state.withLock { [lines] state throws(SinkError) in
            if let failure = state.failure { throw failure }
            state.bytes += count
            return Self.add(.lines(lines, buffers), &state)
        }
        if needsRun { queue.async { self.run(worker) } }
    }

    /// Takes a commit of what came before it.
    func commit(_ page: PageCommit, worker: some Worker) -> PendingCommit {
        let receipt = CommitReceipt()
        let needsRun = state.withLock { Self.add(.commit(page, receipt), &$0) }
        if needsRun { queue.async { self.run(worker) } }
        return PendingCommit(done: { receipt.isDone }) { () throws(SinkError) in try await receipt.wait() }
    }

    /// Whether more lines should wait for ``caughtUp()``.
    var isBehind: Bool { state.withLock { $0.bytes >= Self.highWater } }

    /// Returns when there is room again.
    func caughtUp() async {
        guard isBehind else { return }
        await withCheckedContinuation { waiter in
            let hasRoom = state.withLock { state in
                if state.bytes >= Self.lowWater { state.waiters.append(waiter) }
                return state.bytes < Self.lowWater
            }
            if hasRoom { waiter.resume() }
        }
    }

    /// Returns once all work that came before has been done.
    func finish(worker: some Worker) { queue.sync { run(worker) } }

    /// Refuses all further lines.
    func close(_ failure: SinkError) { state.withLock { $0.failure = $0.failure ?? failure } }

    private static func add(_ work: Work, _ state: inout State) -> Bool {
        state.work.append(work)
        defer { state.isRunning = true }
        return !state.isRunning
    }

    private func run(_ worker: some Worker) {
        while let work = next() {
            switch work {
            case .lines(let lines, let buffers):
                let count = lines.count
                do throws(SinkError) { try worker.write(lines) } catch { close(error) }
                buffers.give(lines)
                written(count)
            case .commit(let page, let receipt):
                do throws(SinkError) {
                    try worker.commitNow(page)
                    receipt.finish(.success(()))
                } catch {
                    close(error)
                    receipt.finish(.failure(error))
                }
            }
        }
    }

    private func next() -> Work? {
        state.withLock { state in
            state.isRunning = !state.work.isEmpty
            return state.work.isEmpty ? nil : state.work.removeFirst()
        }
    }

    private func written(_ count: Int) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.bytes -= count
            guard state.bytes < Self.lowWater else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
