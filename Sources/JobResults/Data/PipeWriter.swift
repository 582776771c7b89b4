import Glibc
import JobExecution
import Synchronization

/// Set once, from any thread, to end a wait.
final class StopFlag: Sendable {
    private let flag = Atomic(false)

    func raise() { flag.store(true, ordering: .relaxed) }
    var isRaised: Bool { flag.load(ordering: .relaxed) }
}

/// Writes to a descriptor that other processes share, whatever it is: a pipe, a terminal, a file; blocking or not.
///
/// A reader that has gone is an error and not a signal, and a reader that takes nothing does not keep a stopped run
/// from ending.
struct PipeWriter: Sendable {
    let descriptor: Int32

    /// A pipe that reports room takes this much without blocking (POSIX: at least 512; Linux: 4096).
    private static let atomicSize = 4096

    /// The time after which a wait looks whether it should end, in milliseconds.
    private static let waitSlice: Int32 = 100

    /// Writes all of `bytes`.
    ///
    /// - Throws: `closedPipe` where nobody reads any more or the flag was raised, else `io`.
    func write(_ bytes: ArraySlice<UInt8>, unless stop: StopFlag) throws(SinkError) {
        var rest = bytes
        while !rest.isEmpty {
            if stop.isRaised { throw SinkError(.closedPipe, "the run was stopped before stdout took all records") }
            guard waitForRoom() else { continue }
            let part = rest.prefix(Self.atomicSize)
            let (count, number) = part.withUnsafeBytes { bytes in
                SignalMask.withoutBrokenPipeSignal { Glibc.write(descriptor, bytes.baseAddress, bytes.count) }
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
                continue
            }
            switch number {
            case EINTR, EAGAIN: continue
            case EPIPE, ECONNRESET: throw SinkError(.closedPipe, "the reader of stdout has gone")
            default: throw SystemError(number: number).failure(.io, "write records to stdout")
            }
        }
    }

    /// Whether a write would now do or fail at once.
    private func waitForRoom() -> Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return Glibc.poll(&poll, 1, Self.waitSlice) > 0
    }
}

/// Keeps `SIGPIPE` from the calling thread, without touching what the process does with it.
private enum SignalMask {
    static func withoutBrokenPipeSignal(_ call: () -> Int) -> (result: Int, error: Int32) {
        var signals = sigset_t()
        var before = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, &before)
        let result = call()
        let number = errno
        if result < 0 && number == EPIPE && sigismember(&before, SIGPIPE) == 0 {
            // It is pending on this thread now, unless the process ignores it; taken here, it harms nobody.
            var now = timespec()
            sigtimedwait(&signals, nil, &now)
        }
        pthread_sigmask(SIG_SETMASK, &before, nil)
        return (result, number)
    }
}
