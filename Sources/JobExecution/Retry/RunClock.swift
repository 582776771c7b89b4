/// The monotonic time of a run, counted from its start: what waits, expiries and deadlines are measured on.
///
/// It hides the clock's type, so that what uses it needs no generic parameter. The process uses `ContinuousClock`, which
/// goes on while the machine sleeps, as a token's life does; tests use a clock that they move by hand.
package struct RunClock: Sendable {
    private let elapsed: @Sendable () -> Duration
    private let wait: @Sendable (Duration) async throws -> Void

    /// Starts counting at the clock's present instant.
    package init<C: Clock>(_ clock: C) where C.Duration == Duration {
        let start = clock.now
        elapsed = { start.duration(to: clock.now) }
        wait = { instant in try await clock.sleep(until: start.advanced(by: instant), tolerance: nil) }
    }

    /// The time since the run's start.
    package var now: Duration { elapsed() }

    /// Returns once ``now`` has reached `instant`.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    package func sleep(until instant: Duration) async throws { try await wait(instant) }

    /// Returns after `duration`.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    package func sleep(for duration: Duration) async throws { try await wait(now + duration) }
}
