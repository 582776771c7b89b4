import Dispatch
import JobExecution

/// Runs calls that wait for a disk or a pipe, one after another, away from the threads that Swift's tasks share: a
/// slow disk must not hold up the renewal of a token.
final class DiskQueue: Sendable {
    private let queue: DispatchQueue

    /// - Parameter label: what a debugger shows.
    init(label: String) { queue = DispatchQueue(label: label) }

    /// Runs `work` on the queue's own thread and hands back what it returns or throws.
    func run<Value: Sendable>(
        _ work: @escaping @Sendable () throws(SinkError) -> Value
    ) async throws(SinkError) -> Value {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, SinkError>, Never>) in
            queue.async {
                do throws(SinkError) {
                    continuation.resume(returning: .success(try work()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}
