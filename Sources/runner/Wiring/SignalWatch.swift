import Dispatch
import Glibc
import Synchronization

/// Turns SIGINT and SIGTERM into the cancellation of a task; a second one ends the process at once.
final class SignalWatch: Sendable {
    /// The first signal that came.
    private let caught = Mutex<Int32?>(nil)

    /// Runs `operation`; a signal cancels it and it is expected to return soon.
    ///
    /// - Returns: what it returned, and the signal that stopped it, if one did.
    static func run<Value: Sendable>(_ operation: @escaping @Sendable () async -> Value) async -> (Value, Int32?) {
        let watch = SignalWatch()
        let task = Task(operation: operation)
        let sources = [SIGINT, SIGTERM].map { number in
            // The default action would end the process before the source hears of it.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { watch.receive(number, task) }
            source.resume()
            return source
        }
        let value = await task.value
        for source in sources { source.cancel() }
        return (value, watch.caught.withLock { $0 })
    }

    private func receive<Value>(_ number: Int32, _ task: Task<Value, Never>) {
        let isFirst = caught.withLock { caught in
            defer { caught = caught ?? number }
            return caught == nil
        }
        guard isFirst else { _exit(128 + number) }
        task.cancel()
    }
}
