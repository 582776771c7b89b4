package import Secrets

/// What every part of a run shares.
package struct RunServices: Sendable {
    package let transport: any HTTPTransport
    package let tokens: TokenStore
    package let base: WebURL
    package let clock: RunClock
    package let wallClock: WallClock
    package let random: SharedRandom
    package let budget: RetryBudget
    package let redactor: Redactor
    /// The environment's own limit, shared by all steps; it also holds everyone back after a `Retry-After`.
    package let rateLimiter: RateLimiter
    package let sink: any RunSink
    /// Shows what happens; never slows the run down.
    package let observe: @Sendable (RunEvent) -> Void
    /// Bytes that pages ahead of their turn may hold back, all together.
    package let windowBytes: Int
    /// The run's name, for keys that must be its own.
    package let runID: String
    /// What a person names the run by to `runner resume` and `runner resolve`.
    package let runReference: String
    /// How long writes under way may take to end after a signal, or once the time is up, before they are cut.
    package let graceTime: Duration
    /// When the whole run must have ended, on ``clock``.
    package let deadline: Duration?

    package init(
        transport: any HTTPTransport,
        tokens: TokenStore,
        base: WebURL,
        clock: RunClock,
        wallClock: WallClock,
        random: SharedRandom,
        budget: RetryBudget,
        redactor: Redactor,
        rateLimiter: RateLimiter,
        sink: any RunSink,
        observe: @escaping @Sendable (RunEvent) -> Void,
        windowBytes: Int = 8 << 20,
        runID: String = "",
        runReference: String? = nil,
        graceTime: Duration = .seconds(10),
        deadline: Duration? = nil
    ) {
        self.transport = transport
        self.tokens = tokens
        self.base = base
        self.clock = clock
        self.wallClock = wallClock
        self.random = random
        self.budget = budget
        self.redactor = redactor
        self.rateLimiter = rateLimiter
        self.sink = sink
        self.observe = observe
        self.windowBytes = windowBytes
        self.runID = runID
        self.runReference = runReference ?? runID
        self.graceTime = graceTime
        self.deadline = deadline
    }

    /// Notes an event in the journal and shows it.
    func report(_ event: RunEvent) async throws(SinkError) {
        try await sink.record(event)
        observe(event)
    }
}
