import JobExecution
import Synchronization

/// Tells those who wait for a commit how it went.
final class CommitReceipt: Sendable {
    private typealias Waiter = CheckedContinuation<Result<Void, SinkError>, Never>

    private enum State {
        case pending([Waiter])
        case done(Result<Void, SinkError>)
    }

    private let state = Mutex(State.pending([]))

    /// Whether the commit has ended, well or badly.
    var isDone: Bool { state.withLock { if case .done = $0 { true } else { false } } }

    /// To be called once.
    func finish(_ result: Result<Void, SinkError>) {
        let waiters = state.withLock { state -> [Waiter] in
            defer { state = .done(result) }
            return if case .pending(let waiters) = state { waiters } else { [] }
        }
        for waiter in waiters { waiter.resume(returning: result) }
    }

    /// Returns once the commit is done.
    func wait() async throws(SinkError) {
        let result = await withCheckedContinuation { (waiter: Waiter) in
            let known: Result<Void, SinkError>? = state.withLock { state in
                switch state {
                case .done(let result): return result
                case .pending(let waiters):
                    state = .pending(waiters + [waiter])
                    return nil
                }
            }
            if let known { waiter.resume(returning: known) }
        }
        try result.get()
    }
}
