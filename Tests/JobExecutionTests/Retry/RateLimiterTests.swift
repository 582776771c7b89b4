import JobExecution
import Testing

@Suite struct RequestWindowTests {
    @Test func aBurstPassesThenTheWindowSlides() {
        var window = RequestWindow(requests: 3, per: .seconds(1))
        #expect(window.admit(at: .zero) == nil)
        #expect(window.admit(at: .milliseconds(400)) == nil)
        #expect(window.admit(at: .milliseconds(500)) == nil)
        #expect(window.admit(at: .milliseconds(600)) == .seconds(1))
        #expect(window.admit(at: .milliseconds(999)) == .seconds(1))
        #expect(window.admit(at: .seconds(1)) == nil)
        #expect(window.admit(at: .seconds(1)) == .milliseconds(1_400))
    }

    @Test func aHoldKeepsEverybodyBack() {
        var window = RequestWindow(requests: 2, per: .seconds(1))
        window.hold(until: .seconds(5))
        window.hold(until: .seconds(3))
        #expect(window.admit(at: .seconds(4)) == .seconds(5))
        #expect(window.admission(behind: 1, at: .seconds(4)) == .seconds(5))
        #expect(window.admission(behind: 2, at: .seconds(4)) == .seconds(6))
        #expect(window.admit(at: .seconds(5)) == nil)
    }

    @Test func nonsenseLimitsStillLetRequestsThrough() {
        var none = RequestWindow(requests: 0, per: .seconds(1))
        #expect(none.admit(at: .zero) == nil)
        #expect(none.admit(at: .zero) == .seconds(1))
        var noTime = RequestWindow(requests: 1, per: .seconds(-1))
        #expect(noTime.admit(at: .zero) == nil)
        #expect(noTime.admit(at: .zero) == nil)
    }

    @Test func noIntervalEverHoldsMoreThanTheLimit() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let limit = Int.random(in: 1...7, using: &random)
            var window = RequestWindow(requests: limit, per: .milliseconds(100))
            var (now, admitted): (Duration, [Duration]) = (.zero, [])
            for _ in 0..<200 {
                now += .milliseconds(Int.random(in: 0...30, using: &random))
                if let next = window.admit(at: now) {
                    #expect(next > now, "seed \(seed)")
                } else {
                    admitted.append(now)
                }
            }
            for (index, instant) in admitted.enumerated() where index >= limit {
                #expect(instant - admitted[index - limit] >= .milliseconds(100), "seed \(seed)")
            }
        }
    }

    /// The forecast for every place in a queue is what happens when the queue is then served as early as possible.
    @Test func theForecastComesTrue() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<300 {
            let limit = Int.random(in: 1...5, using: &random)
            var window = RequestWindow(requests: limit, per: .milliseconds(100))
            var now = Duration.zero
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                now += .milliseconds(Int.random(in: 0...40, using: &random))
                _ = window.admit(at: now)
            }
            if Bool.random(using: &random) {
                window.hold(until: now + .milliseconds(Int.random(in: -9...150, using: &random)))
            }
            let forecast = (0..<12).map { window.admission(behind: $0, at: now) }
            for instant in forecast {
                while let next = window.admit(at: now) { now = next }
                #expect(now == instant, "seed \(seed)")
            }
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct RateLimiterTests {
    let clock = ManualClock()

    @Test func callersPassInOrderAtTheGivenPace() async throws {
        let limiter = RateLimiter(requests: 2, per: .seconds(1), clock: RunClock(clock))
        let passed = Recorder<(Int, Duration)>()
        try await withThrowingTaskGroup { group in
            for number in 0..<6 {
                let before = passed.count + (await limiter.waiting)
                group.addTask { [clock] in
                    try await limiter.acquire()
                    passed.note((number, clock.now.offset))
                }
                // The next caller comes when this one stands in the queue or has passed.
                while passed.count + (await limiter.waiting) == before { await Task.yield() }
            }
            for round in 1...2 {
                await clock.sleepers(atLeast: 1)
                clock.advance(by: .seconds(1))
                while passed.count < 2 + 2 * round { await Task.yield() }
            }
            try await group.waitForAll()
        }
        // The callers of one instant may note their passing in any order, but not those of different instants.
        let result = passed.all
        #expect(result.map(\.1) == [0, 0, 1, 1, 2, 2].map { .seconds($0) })
        for round in 0..<3 {
            #expect(Set(result[(2 * round)..<(2 * round + 2)].map(\.0)) == [2 * round, 2 * round + 1])
        }
    }

    @Test func aCancelledCallerLeavesItsPlaceToTheNext() async throws {
        let limiter = RateLimiter(requests: 1, per: .seconds(1), clock: RunClock(clock))
        try await limiter.acquire()
        let first = Task { try await limiter.acquire() }
        while await limiter.waiting < 1 { await Task.yield() }
        let second = Task { try await limiter.acquire() }
        while await limiter.waiting < 2 { await Task.yield() }
        first.cancel()
        #expect(await refusal(of: first) == .cancelled)
        #expect(await limiter.waiting == 1)
        await clock.sleepers(atLeast: 1)
        clock.advance(by: .seconds(1))
        #expect(await refusal(of: second) == nil)
    }

    @Test func nobodySleepsOnceEverybodyHasLeft() async throws {
        let limiter = RateLimiter(requests: 1, per: .seconds(1), clock: RunClock(clock))
        try await limiter.acquire()
        let caller = Task { try await limiter.acquire() }
        await clock.sleepers(atLeast: 1)
        caller.cancel()
        #expect(await refusal(of: caller) == .cancelled)
        while clock.sleeping > 0 { await Task.yield() }
        // And the next caller is served as usual.
        let next = Task { try await limiter.acquire() }
        await clock.sleepers(atLeast: 1)
        clock.advance(by: .seconds(1))
        #expect(await refusal(of: next) == nil)
    }

    @Test func aTurnAfterTheDeadlineIsRefusedAtOnce() async throws {
        let limiter = RateLimiter(requests: 1, per: .seconds(10), clock: RunClock(clock))
        try await limiter.acquire(deadline: .seconds(1))
        await #expect(throws: RateLimiter.Refusal.tooLate(at: .seconds(10))) {
            try await limiter.acquire(deadline: .seconds(10))
        }
        #expect(await limiter.waiting == 0)
        let patient = Task { try await limiter.acquire(deadline: .seconds(11)) }
        await clock.sleepers(atLeast: 1)
        clock.advance(by: .seconds(10))
        #expect(await refusal(of: patient) == nil)
    }

    @Test func anUnlimitedLimiterOnlyHolds() async throws {
        let limiter = RateLimiter.unlimited(clock: RunClock(clock))
        for _ in 0..<1_000 { try await limiter.acquire() }
        await limiter.hold(until: .seconds(7))
        await #expect(throws: RateLimiter.Refusal.tooLate(at: .seconds(7))) {
            try await limiter.acquire(deadline: .seconds(7))
        }
        let caller = Task { try await limiter.acquire() }
        await clock.sleepers(atLeast: 1)
        // A hold that is made longer meanwhile counts for those who wait already.
        await limiter.hold(until: .seconds(9))
        clock.advance(by: .seconds(7))
        await clock.sleepers(atLeast: 1)
        #expect(await limiter.waiting == 1)
        clock.advance(by: .seconds(2))
        #expect(await refusal(of: caller) == nil)
    }

    @Test func aCallerThatIsCancelledAlreadyTakesNoPlace() async throws {
        let limiter = RateLimiter(requests: 1, per: .seconds(1), clock: RunClock(clock))
        let gate = Gate()
        let caller = Task {
            await gate.opened()
            try await limiter.acquire()
        }
        caller.cancel()
        #expect(await refusal(of: caller) == .cancelled)
        try await limiter.acquire(deadline: .milliseconds(1))
    }

    /// Hundreds of callers, a part of them cancelled at random: the limit holds and everybody gets an answer.
    @Test func theLimitHoldsUnderRandomCancellation() async {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        let limiter = RateLimiter(requests: 5, per: .seconds(1), clock: RunClock(clock))
        let passed = Recorder<Duration>()
        let callers = (0..<200).map { _ in
            Task { [clock] in
                try await limiter.acquire()
                passed.note(clock.now.offset)
            }
        }
        for caller in callers where Int.random(in: 0..<4, using: &random) == 0 { caller.cancel() }
        let done = Recorder<Void>()
        let watcher = Task {
            for caller in callers {
                _ = await caller.result
                done.note(())
            }
        }
        while done.count < callers.count {
            clock.advanceToNextSleeper()
            await Task.yield()
        }
        await watcher.value
        let instants = passed.all.sorted()
        #expect(instants.count >= 100, "seed \(seed)")
        // A caller notes its passing at the time or later, so the limit shows as a bound from below.
        for (index, instant) in instants.enumerated() {
            #expect(instant >= .seconds(index / 5), "seed \(seed)")
        }
    }
}

/// Why a caller was not let through; `nil` where it was.
private func refusal(of caller: Task<Void, any Error>) async -> RateLimiter.Refusal? {
    do {
        try await caller.value
        return nil
    } catch {
        return error as? RateLimiter.Refusal
    }
}
