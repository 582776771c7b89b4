/// A commit that is under way. It comes to pass whether anybody waits for it or not.
package struct PendingCommit: Sendable {
    private let waiting: @Sendable () async throws(SinkError) -> Void

    /// - Parameter waiting: returns once the commit is done, however often it is called.
    package init(_ waiting: @escaping @Sendable () async throws(SinkError) -> Void) { self.waiting = waiting }

    /// Returns once the commit is done.
    ///
    /// - Throws: what it failed with, or what failed before it.
    package func wait() async throws(SinkError) { try await waiting() }
}
