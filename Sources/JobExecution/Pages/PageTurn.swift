import Synchronization

/// Whose turn it is to write: calls run side by side, their records go to the file one call after the other.
final class PageTurn: Sendable {
    private struct State {
        var current = 0
        var waiters: [Int: CheckedContinuation<Void, any Error>] = [:]
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    /// What the calls hold their records back in until it is their turn.
    let buffers = LineBuffers()

    /// Whether `ticket` may write now.
    func isNow(_ ticket: Int) -> Bool { state.withLock { $0.current == ticket } }

    /// Returns when `ticket` may write.
    ///
    /// - Throws: `CancellationError` when the waiting task is cancelled.
    func wait(for ticket: Int) async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiter: CheckedContinuation<Void, any Error>) in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.remove(ticket) != nil || Task.isCancelled {
                        return .failure(CancellationError())
                    }
                    if state.current == ticket { return .success(()) }
                    state.waiters[ticket] = waiter
                    return nil
                }
                if let outcome { waiter.resume(with: outcome) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Void, any Error>? in
                guard let waiter = state.waiters.removeValue(forKey: ticket) else {
                    state.cancelled.insert(ticket)
                    return nil
                }
                return waiter
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    /// The current call is done: the next one may write.
    func pass() {
        let waiter = state.withLock { state in
            state.current += 1
            return state.waiters.removeValue(forKey: state.current)
        }
        waiter?.resume()
    }
}
