/// Lets callers through at the pace that a ``RequestWindow`` allows, first come, first served.
///
/// A caller that is cancelled while it waits leaves the queue and takes no place in the window.
package actor RateLimiter {
    /// Why a caller was not let through.
    package enum Refusal: Error, Hashable, Sendable {
        /// Its turn would come after its deadline; `at` is when, on ``RunClock``.
        case tooLate(at: Duration)
        case cancelled
    }

    private struct Waiter {
        let id: UInt64
        let turn: AsyncStream<Void>.Continuation
    }

    private let clock: RunClock
    private var window: RequestWindow
    private var queue: [Waiter] = []
    private var lastID: UInt64 = 0
    private var pump: Task<Void, Never>?

    package init(requests: Int, per interval: Duration, clock: RunClock) {
        window = RequestWindow(requests: requests, per: interval)
        self.clock = clock
    }

    /// A limiter that holds nobody back unless ``hold(until:)`` says so.
    package static func unlimited(clock: RunClock) -> RateLimiter {
        RateLimiter(requests: .max, per: .zero, clock: clock)
    }

    /// Returns when a request may be sent.
    ///
    /// - Parameter deadline: on ``RunClock``. A wait that can't end before it is refused at once.
    package func acquire(deadline: Duration? = nil) async throws(Refusal) {
        guard !Task.isCancelled else { throw .cancelled }
        let now = clock.now
        if let deadline {
            let turn = window.admission(behind: queue.count, at: now)
            guard turn < deadline else { throw .tooLate(at: turn) }
        }
        if queue.isEmpty, window.admit(at: now) == nil { return }
        lastID += 1
        let id = lastID
        let (turns, turn) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        queue.append(Waiter(id: id, turn: turn))
        startPump()
        for await _ in turns { return }
        // The stream ended without a turn: this task was cancelled.
        queue.removeAll { $0.id == id }
        if queue.isEmpty { stopPump() }
        throw .cancelled
    }

    /// Lets nobody through before `instant`, on ``RunClock``. For a `Retry-After`: the server has asked the client to
    /// wait, not just the one request that it refused.
    package func hold(until instant: Duration) { window.hold(until: instant) }

    /// How many callers wait.
    package var waiting: Int { queue.count }

    private func startPump() {
        guard pump == nil else { return }
        pump = Task { await self.serve() }
    }

    private func stopPump() {
        pump?.cancel()
        pump = nil
    }

    /// Wakes the callers in turn until none is left.
    private func serve() async {
        while !Task.isCancelled, let head = queue.first {
            let now = clock.now
            let turn = window.admission(behind: 0, at: now)
            guard turn <= now else {
                guard (try? await clock.sleep(until: turn)) != nil else { return }
                continue
            }
            queue.removeFirst()
            // A caller that was cancelled but hasn't left the queue yet takes no place in the window.
            if case .terminated = head.turn.yield() { continue }
            _ = window.admit(at: now)
        }
        if !Task.isCancelled { pump = nil }
    }
}
