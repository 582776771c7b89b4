import Synchronization

/// A generator that the concurrent calls of one run draw from.
package final class SharedRandom: RandomNumberGenerator, Sendable {
    private let generator: Mutex<SplitMix64>

    /// - Parameter seed: fixes the sequence; which call gets which number still depends on the order of the calls.
    package init(seed: UInt64) { generator = Mutex(SplitMix64(seed: seed)) }

    /// Seeds from the system's generator.
    package convenience init() {
        var system = SystemRandomNumberGenerator()
        self.init(seed: system.next())
    }

    package func next() -> UInt64 { generator.withLock { $0.next() } }
}
