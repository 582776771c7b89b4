import Synchronization

/// The retries that a whole run may spend, so that an API in trouble isn't met with many times the usual load.
///
/// A bucket of tokens: it starts full, a retry takes one, a success puts one back. So as long as every second attempt
/// succeeds in the long run it never empties; once the API is down, the run stops after `capacity` retries more, however
/// many calls are still to come. The same idea as gRPC's retry throttling (gRFC A6) and AWS's standard retry mode.
package final class RetryBudget: Sendable {
    /// The most retries that can be spent without a success in between.
    package let capacity: Int
    private let tokens: Mutex<Int>

    package init(capacity: Int = 100) {
        self.capacity = max(capacity, 0)
        tokens = Mutex(self.capacity)
    }

    /// Takes the token of one retry; `false` where none is left.
    package func withdraw() -> Bool {
        tokens.withLock { tokens in
            guard tokens > 0 else { return false }
            tokens -= 1
            return true
        }
    }

    /// Puts a token back after a success; a full bucket stays full.
    package func deposit() {
        tokens.withLock { $0 = min($0 + 1, capacity) }
    }

    /// The retries that could be spent now.
    package var remaining: Int { tokens.withLock { $0 } }
}
