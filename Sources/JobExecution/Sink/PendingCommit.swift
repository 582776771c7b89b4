/// A commit that is under way. It comes to pass whether anybody waits for it or not.
package struct PendingCommit: Sendable {
    private let done: @Sendable () -> Bool
    private let waiting: @Sendable () async throws(SinkError) -> Void

    /// - Parameters:
    ///   - done: whether nobody has to wait any more.
    ///   - waiting: returns once the commit is done, however often it is called.
    package init(
        done: @escaping @Sendable () -> Bool,
        _ waiting: @escaping @Sendable () async throws(SinkError) -> Void
    ) {
        (self.done, self.waiting) = (done, waiting)
    }

    /// Whether the commit has come to pass, or failed.
    package var isDone: Bool { done() }

    /// Returns once the commit is done.
    ///
    /// - Throws: what it failed with, or what failed before it.
    package func wait() async throws(SinkError) { try await waiting() }
}
