import JobExecution
import JobSpec
import Testing

@Suite struct RetryDecisionTests {
    enum Expected { case succeed, retry, final, unknown }

    static func status(_ code: Int, _ retryAfter: Duration? = nil) -> AttemptOutcome {
        .response(status: code, retryAfter: retryAfter)
    }

    /// Every row of the table, and what it leaves open: outcome, for idempotent requests, for unsafe ones.
    static let table: [(AttemptOutcome, Expected, Expected)] = [
        (status(200), .succeed, .succeed), (status(201), .succeed, .succeed), (status(204), .succeed, .succeed),
        (.transport(.notSent(reason: "refused")), .retry, .retry),
        (.transport(.timedOut(sent: false)), .retry, .retry),
        (status(429), .retry, .retry), (status(503), .retry, .retry),
        (status(408), .retry, .unknown), (status(500), .retry, .unknown), (status(502), .retry, .unknown),
        (status(504), .retry, .unknown),
        (.transport(.lost(reason: "reset")), .retry, .unknown),
        (.transport(.timedOut(sent: true)), .retry, .unknown),
        (.transport(.invalidAnswer(reason: "not HTTP")), .retry, .unknown),
        (.brokenBody(reason: "cut"), .retry, .unknown),
        (status(400), .final, .final), (status(401), .final, .final), (status(403), .final, .final),
        (status(404), .final, .final), (status(409), .final, .final), (status(422), .final, .final),
        (status(425), .final, .final),
        (status(501), .final, .final), (status(505), .final, .final),
        (status(507), .final, .unknown), (status(520), .final, .unknown), (status(599), .final, .unknown),
        (status(304), .final, .final), (status(302), .final, .final), (status(101), .final, .final),
        (status(600), .final, .final), (status(0), .final, .final), (status(-1), .final, .final),
        (.transport(.invalidRequest(reason: "bad URL")), .final, .final),
        (.transport(.untrusted(reason: "unknown issuer")), .final, .final),
        (.transport(.refusedByProxy(reason: "the proxy wants credentials (407)")), .final, .final),
        (.transport(.receiver(CancellationError())), .final, .unknown),
    ]

    static func decide(
        _ outcome: AttemptOutcome,
        _ repeatability: Repeatability,
        policy: RetryPolicy = .standard
    ) -> RetryAction {
        var decision = RetryDecision(policy: policy, repeatability: repeatability, startedAt: .zero)
        var random = SplitMix64(seed: 7)
        return decision.next(
            after: outcome,
            now: .zero,
            wallNow: .zero,
            budget: RetryBudget(),
            using: &random
        )
    }

    static func kind(_ action: RetryAction) -> Expected? {
        switch action {
        case .succeed: .succeed
        case .retry: .retry
        case .giveUp(.final): .final
        case .unknownOutcome: .unknown
        case .giveUp, .tryAgainLater: nil
        }
    }

    @Test func everyRowOfTheTable() {
        for (outcome, idempotent, unsafe) in Self.table {
            #expect(Self.kind(Self.decide(outcome, .idempotent)) == idempotent, "\(outcome)")
            #expect(Self.kind(Self.decide(outcome, .unsafe)) == unsafe, "\(outcome)")
        }
    }

    @Test func cancellationEndsAReadAndLeavesAWriteOpen() {
        #expect(Self.decide(.transport(.cancelled), .idempotent) == .giveUp(.cancelled))
        #expect(Self.decide(.transport(.cancelled), .unsafe) == .unknownOutcome)
    }

    @Test func retryingWritesOn503CanBeSwitchedOff() {
        let policy = RetryPolicy(retryUnsafeOn503: false)
        #expect(Self.decide(Self.status(503), .unsafe, policy: policy) == .unknownOutcome)
        #expect(Self.kind(Self.decide(Self.status(503), .idempotent, policy: policy)) == .retry)
        #expect(Self.kind(Self.decide(Self.status(429), .unsafe, policy: policy)) == .retry)
    }

    @Test func listedStatusesReplaceTheStandardOnes() {
        let policy = RetryPolicy(retryableStatusCodes: [409, 500])
        #expect(Self.kind(Self.decide(Self.status(409), .idempotent, policy: policy)) == .retry)
        #expect(Self.kind(Self.decide(Self.status(409), .unsafe, policy: policy)) == .retry)
        #expect(Self.kind(Self.decide(Self.status(500), .unsafe, policy: policy)) == .unknown)
        #expect(Self.kind(Self.decide(Self.status(502), .idempotent, policy: policy)) == .final)
        #expect(Self.kind(Self.decide(Self.status(502), .unsafe, policy: policy)) == .unknown)
        #expect(Self.kind(Self.decide(Self.status(429), .unsafe, policy: policy)) == .final)
        #expect(Self.kind(Self.decide(Self.status(200), .unsafe, policy: policy)) == .succeed)
    }

    @Test func attemptsAreCounted() {
        var decision = RetryDecision(policy: .standard, repeatability: .idempotent, startedAt: .zero)
        var random = SplitMix64(seed: 3)
        let budget = RetryBudget()
        let actions = (1...5).map { _ in
            decision.next(after: Self.status(500), now: .zero, wallNow: .zero, budget: budget, using: &random)
        }
        #expect(actions.dropLast().allSatisfy { Self.kind($0) == .retry })
        #expect(actions.last == .giveUp(.attemptsExhausted(5)))
        #expect(decision.attempts == 5)
        #expect(budget.remaining == budget.capacity - 4)
    }

    @Test(arguments: [1, 0, -4])
    func oneAttemptMeansNoRetry(_ attempts: Int) {
        let policy = RetryPolicy(maxAttempts: attempts)
        #expect(Self.decide(Self.status(500), .idempotent, policy: policy) == .giveUp(.attemptsExhausted(1)))
    }

    @Test func retryAfterIsObeyedUpToTheCap() {
        #expect(Self.decide(Self.status(429, .seconds(120)), .unsafe) == .retry(after: .seconds(120)))
        #expect(Self.decide(Self.status(503, .seconds(300)), .idempotent) == .retry(after: .seconds(300)))
        #expect(Self.decide(Self.status(503, .seconds(301)), .unsafe) == .tryAgainLater(at: .seconds(301)))
        #expect(Self.decide(Self.status(429, RetryAfter.longest), .unsafe) == .tryAgainLater(at: RetryAfter.longest))
    }

    @Test func aShortRetryAfterDoesNotShortenTheBackoff() {
        let plain = Self.decide(Self.status(429), .idempotent)
        #expect(Self.decide(Self.status(429, .zero), .idempotent) == plain)
    }

    @Test func tryAgainLaterIsInCivilTime() {
        var decision = RetryDecision(policy: .standard, repeatability: .idempotent, startedAt: .zero)
        var random = SplitMix64(seed: 3)
        let action = decision.next(
            after: Self.status(429, .seconds(1_000)),
            now: .seconds(5),
            wallNow: .seconds(1_700_000_000),
            budget: RetryBudget(),
            using: &random
        )
        #expect(action == .tryAgainLater(at: .seconds(1_700_001_000)))
    }

    @Test func anUnknownOutcomeIsNeverWaitedFor() {
        #expect(Self.decide(Self.status(500, .seconds(2)), .unsafe) == .unknownOutcome)
        #expect(Self.decide(Self.status(500, .seconds(1_000)), .unsafe) == .unknownOutcome)
    }

    @Test func aWaitThatCannotFinishInTimeIsRefused() {
        func decide(now: Duration, deadline: Duration?, retryAfter: Duration?) -> RetryAction {
            var decision = RetryDecision(
                policy: RetryPolicy(initialBackoff: .zero),
                repeatability: .idempotent,
                startedAt: .zero,
                deadline: deadline
            )
            var random = SplitMix64(seed: 3)
            return decision.next(
                after: Self.status(503, retryAfter),
                now: now,
                wallNow: .zero,
                budget: RetryBudget(),
                using: &random
            )
        }
        let inTime = decide(now: .seconds(10), deadline: .seconds(30), retryAfter: .seconds(19))
        #expect(inTime == .retry(after: .seconds(19)))
        let tooLate = decide(now: .seconds(10), deadline: .seconds(30), retryAfter: .seconds(20))
        #expect(tooLate == .tryAgainLater(at: .seconds(20)))
        #expect(decide(now: .seconds(30), deadline: .seconds(30), retryAfter: nil) == .giveUp(.outOfTime))
        #expect(decide(now: .seconds(599), deadline: nil, retryAfter: nil) == .retry(after: .zero))
        #expect(decide(now: .seconds(600), deadline: nil, retryAfter: nil) == .giveUp(.outOfTime))
        #expect(decide(now: .seconds(600), deadline: .seconds(9_000), retryAfter: nil) == .giveUp(.outOfTime))
    }

    @Test func theBudgetIsSharedAndSuccessRefillsIt() {
        let budget = RetryBudget(capacity: 2)
        var random = SplitMix64(seed: 3)
        func attempt(_ outcome: AttemptOutcome) -> RetryAction {
            var decision = RetryDecision(policy: .standard, repeatability: .idempotent, startedAt: .zero)
            return decision.next(after: outcome, now: .zero, wallNow: .zero, budget: budget, using: &random)
        }
        #expect(Self.kind(attempt(Self.status(500))) == .retry)
        #expect(Self.kind(attempt(Self.status(500))) == .retry)
        #expect(attempt(Self.status(500)) == .giveUp(.budgetExhausted))
        #expect(attempt(Self.status(404)) == .giveUp(.final))
        #expect(budget.remaining == 0)
        #expect(attempt(Self.status(200)) == .succeed)
        #expect(Self.kind(attempt(Self.status(500))) == .retry)
        for _ in 0..<10 { #expect(attempt(Self.status(200)) == .succeed) }
        #expect(budget.remaining == 2)
    }

    /// Whatever happens in whatever order: bounded attempts, bounded waits, and no write repeated whose effect is open.
    @Test func noSequenceOfOutcomesBreaksTheBounds() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<2_000 {
            let repeatability: Repeatability = Bool.random(using: &random) ? .idempotent : .unsafe
            let policy = RetryPolicy(maxAttempts: Int.random(in: 1...8, using: &random))
            let deadline = Duration.seconds(Int.random(in: 0...700, using: &random))
            var decision = RetryDecision(
                policy: policy,
                repeatability: repeatability,
                startedAt: .zero,
                deadline: deadline
            )
            var now = Duration.zero
            var isOver = false
            while !isOver {
                let row = Self.table[Int.random(in: 0..<Self.table.count, using: &random)]
                var outcome = row.0
                if case .response(let status, _) = outcome, Bool.random(using: &random) {
                    outcome = Self.status(status, .seconds(Int64.random(in: 0...400, using: &random)))
                }
                now += .milliseconds(Int.random(in: 0...20_000, using: &random))
                let action = decision.next(
                    after: outcome,
                    now: now,
                    wallNow: now,
                    budget: RetryBudget(),
                    using: &random
                )
                guard case .retry(let wait) = action else {
                    isOver = true
                    continue
                }
                let expected = repeatability == .idempotent ? row.1 : row.2
                #expect(expected == .retry, "seed \(seed)")
                #expect(decision.attempts < policy.maxAttempts, "seed \(seed)")
                #expect(wait >= .zero && now + wait < min(deadline, policy.maxDuration), "seed \(seed)")
                now += wait
            }
        }
    }
}
