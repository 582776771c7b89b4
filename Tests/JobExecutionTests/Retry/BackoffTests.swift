import JobExecution
import JobSpec
import Testing

@Suite struct BackoffTests {
    @Test func theLongestWaitDoublesUpToTheCap() {
        let ceilings = (1...9).map { Backoff.ceiling(retry: $0, policy: .standard) }
        #expect(ceilings == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
    }

    @Test(arguments: [
        RetryPolicy(backoffMultiplier: .infinity), RetryPolicy(backoffMultiplier: 1e300),
        RetryPolicy(initialBackoff: .seconds(Int64.max)),
        RetryPolicy(initialBackoff: .seconds(Int64.max), backoffMultiplier: .infinity),
    ])
    func noPolicyOverflows(_ policy: RetryPolicy) {
        #expect(Backoff.ceiling(retry: .max, policy: policy) == .seconds(60))
    }

    @Test(arguments: [
        RetryPolicy(initialBackoff: .zero, backoffMultiplier: .infinity), RetryPolicy(initialBackoff: .seconds(-1)),
        RetryPolicy(maxBackoff: .zero), RetryPolicy(maxBackoff: .seconds(-5)),
    ])
    func aPolicyWithoutAWaitHasNone(_ policy: RetryPolicy) {
        var random = SplitMix64(seed: 1)
        #expect(Backoff.ceiling(retry: 40, policy: policy) == .zero)
        #expect(Backoff.delay(retry: 40, policy: policy, using: &random) == .zero)
    }

    @Test(arguments: [Double.nan, 0, -3, 0.5])
    func aMultiplierBelowOneKeepsTheWait(_ multiplier: Double) {
        #expect(Backoff.ceiling(retry: 7, policy: RetryPolicy(backoffMultiplier: multiplier)) == .seconds(1))
    }

    @Test func theWholeRangeIsDrawnFrom() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        let waits = (0..<4_000).map { _ in Backoff.delay(retry: 3, policy: .standard, using: &random) }
        #expect(waits.allSatisfy { (.zero...(.seconds(4))).contains($0) }, "seed \(seed)")
        let mean = waits.reduce(.zero, +) / waits.count
        // 4,000 even draws from 0 to 4 s: the mean's standard deviation is 18 ms; this allows for six.
        #expect((.milliseconds(1_890)...(.milliseconds(2_110))).contains(mean), "seed \(seed)")
        #expect((waits.min() ?? .zero) < .milliseconds(100), "seed \(seed)")
        #expect((waits.max() ?? .zero) > .milliseconds(3_900), "seed \(seed)")
    }

    @Test func aSeedFixesTheWaits() {
        func waits(_ seed: UInt64) -> [Duration] {
            var random = SplitMix64(seed: seed)
            return (1...5).map { Backoff.delay(retry: $0, policy: .standard, using: &random) }
        }
        #expect(waits(42) == waits(42))
        #expect(waits(42) != waits(43))
    }

    @Test func aHugeCapDoesNotOverflow() {
        let policy = RetryPolicy(initialBackoff: .seconds(Int64.max), maxBackoff: .seconds(Int64.max))
        var random = SplitMix64(seed: 9)
        #expect(Backoff.delay(retry: 50, policy: policy, using: &random) >= .zero)
    }

    /// Reference values of the published generator for the seed 1234567.
    @Test func theGeneratorIsSplitMix64() {
        var random = SplitMix64(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in random.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ]
        )
    }
}
