import Glibc
package import JobExecution
import Synchronization

/// Set once, from any thread, to end a wait.
package final class StopFlag: Sendable {
    private let flag = Atomic(false)

    /// Not raised yet.
    package init() {}

    /// Ends the wait.
    func raise() { flag.store(true, ordering: .relaxed) }
    /// Whether anybody has.
    var isRaised: Bool { flag.load(ordering: .relaxed) }
}

/// Writes to a descriptor that other processes share, whatever it is: a pipe, a terminal, a file; blocking or not.
///
/// A reader that has gone is an error and not a signal, and a reader that takes nothing does not keep a stopped run
/// from ending.
package struct PipeWriter: Sendable {
    /// Where the bytes go.
    package let descriptor: Int32
    /// How much may be written at once without the risk of blocking in the call.
    private let pieceSize: Int

    /// A pipe that reports room takes this much without blocking (Linux's `PIPE_BUF`).
    private static let atomicSize = 4096

    /// The time after which a wait looks whether it should end, in milliseconds.
    private static let waitSlice: Int32 = 100

    /// Writes to a descriptor that stays open, and somebody else's, for as long as this is used.
    package init(descriptor: Int32) {
        self.descriptor = descriptor
        var status = stat()
        let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        pieceSize = isFile ? .max : Self.atomicSize
    }

    /// Writes all of `bytes`.
    ///
    /// - Throws: `closedPipe` where nobody reads any more or the flag was raised, else `io`.
    package func write(_ bytes: ArraySlice<UInt8>, unless stop: StopFlag) throws(SinkError) {
        try BrokenPipeSignal.withheld { () throws(SinkError) in
            var rest = bytes
            while !rest.isEmpty {
                if stop.isRaised { throw SinkError(.closedPipe, "the run was stopped before stdout took all records") }
                guard waitForRoom() else { continue }
                let count = rest.prefix(pieceSize).withUnsafeBytes {
                    Glibc.write(descriptor, $0.baseAddress, $0.count)
                }
                if count < 0 { try check(errno) }
                rest = rest.dropFirst(max(0, count))
            }
        }
    }

    /// Throws unless a write that failed with this number is worth another try.
    private func check(_ number: Int32) throws(SinkError) {
        switch number {
        case EINTR, EAGAIN: return
        case EPIPE, ECONNRESET: throw SinkError(.closedPipe, "the reader of stdout has gone")
        default:
            let isFull = number == ENOSPC || number == EDQUOT
            throw SinkError(
                .io,
                "can't write to stdout: \(SystemError(number: number).meaning)",
                help: isFull ? "free some space where stdout goes, or send it elsewhere" : "send stdout elsewhere"
            )
        }
    }

    /// Whether a write would now do or fail at once.
    private func waitForRoom() -> Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return Glibc.poll(&poll, 1, Self.waitSlice) > 0
    }
}

/// Keeps `SIGPIPE` from the calling thread, without touching what the process does with it.
private enum BrokenPipeSignal {
    static func withheld(_ body: () throws(SinkError) -> Void) throws(SinkError) {
        var signals = sigset_t()
        var before = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, &before)
        defer {
            if sigismember(&before, SIGPIPE) == 0 {
                // One that is pending on this thread would arrive now; taken here, it harms nobody.
                var now = timespec()
                sigtimedwait(&signals, nil, &now)
            }
            pthread_sigmask(SIG_SETMASK, &before, nil)
        }
        try body()
    }
}
