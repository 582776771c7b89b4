import Synchronization

/// A clock that stands still until a test moves it, so that no test waits.
final class ManualClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        let offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct Sleeper {
        let instant: Instant
        let wake: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Instant(offset: .zero)
        var lastID = 0
        var sleepers: [Int: Sleeper] = [:]
        /// Sleeps that were cancelled before they began.
        var cancelled: Set<Int> = []
        var observers: [(count: Int, wake: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .nanoseconds(1) }

    /// How many tasks sleep.
    var sleeping: Int { state.withLock { $0.sleepers.count } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                add(Sleeper(instant: deadline, wake: continuation), id: id)
            }
        } onCancel: {
            cancel(id)
        }
    }

    /// Moves the time on and wakes, in the order of their instants, those whose time has come.
    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let due = state.sleepers.filter { $0.value.instant <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.sorted { $0.instant < $1.instant }
        }
        for sleeper in due { sleeper.wake.resume() }
    }

    /// Moves the time to the next instant that anyone waits for.
    func advanceToNextSleeper() {
        let wait = state.withLock { state in
            state.sleepers.values.map(\.instant).min().map { state.now.duration(to: $0) }
        }
        if let wait { advance(by: max(wait, .zero)) }
    }

    /// Returns once that many tasks sleep.
    func sleepers(atLeast count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.observers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    private func add(_ sleeper: Sleeper, id: Int) {
        enum Result { case wake, cancel, sleep([CheckedContinuation<Void, Never>]) }
        let result: Result = state.withLock { state in
            if state.cancelled.remove(id) != nil { return .cancel }
            if sleeper.instant <= state.now { return .wake }
            state.sleepers[id] = sleeper
            let count = state.sleepers.count
            let satisfied = state.observers.filter { $0.count <= count }.map(\.wake)
            state.observers.removeAll { $0.count <= count }
            return .sleep(satisfied)
        }
        switch result {
        case .wake: sleeper.wake.resume()
        case .cancel: sleeper.wake.resume(throwing: CancellationError())
        case .sleep(let observers): for observer in observers { observer.resume() }
        }
    }

    private func cancel(_ id: Int) {
        let sleeper = state.withLock { state in
            let sleeper = state.sleepers.removeValue(forKey: id)
            if sleeper == nil { state.cancelled.insert(id) }
            return sleeper
        }
        sleeper?.wake.resume(throwing: CancellationError())
    }
}
