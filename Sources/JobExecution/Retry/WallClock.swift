import Glibc

/// The civil time, for what servers state in it: HTTP dates and the `exp` claim of a JWT.
///
/// It may jump, so it never measures a wait; ``RunClock`` does.
package struct WallClock: Sendable {
    /// The time since 1970-01-01T00:00:00Z without leap seconds, as POSIX counts it.
    package let now: @Sendable () -> Duration

    package init(now: @escaping @Sendable () -> Duration) { self.now = now }

    /// The machine's clock.
    package static let system = WallClock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
