import Foundation
import TestSupport

extension SeededGenerator {
    /// A new seed for every run, or that of `RUNNER_TEST_SEED` to repeat one.
    static let runSeed: UInt64 = {
        let given = ProcessInfo.processInfo.environment["RUNNER_TEST_SEED"].flatMap(UInt64.init)
        let seed = given ?? UInt64.random(in: 0 ... .max)
        print("RUNNER_TEST_SEED=\(seed)")
        return seed
    }()

    /// True once in `count` times.
    mutating func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }
}
