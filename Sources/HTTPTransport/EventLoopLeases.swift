import NIOCore
import Synchronization

/// Spreads exchanges over event loops: each goes to the loop with the fewest, the first of equals.
///
/// Requests one after the other so stay on one loop and reuse its connection, and those at the same time run on
/// different cores. The connection pool alone would take a loop at random and hop between threads for every part.
final class EventLoopLeases: Sendable {
    private let loops: [any EventLoop]
    private let counts: Mutex<[Int]>

    init(group: any EventLoopGroup) {
        loops = Array(group.makeIterator())
        counts = Mutex(Array(repeating: 0, count: loops.count))
    }

    /// A loop, counted as busier until `release` is called with the same index.
    func lease() -> (index: Int, loop: any EventLoop) {
        let index = counts.withLock { counts in
            var best = 0
            for index in counts.indices where counts[index] < counts[best] { best = index }
            counts[best] += 1
            return best
        }
        return (index, loops[index])
    }

    func release(_ index: Int) {
        counts.withLock { $0[index] -= 1 }
    }
}
