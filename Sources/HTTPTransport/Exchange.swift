import AsyncHTTPClient
import JobExecution
import NIOCore
import NIOHTTP1
import Synchronization

/// One request and its answer, as the client's delegate: hands the parts to the receiver on the event loop, without a
/// copy, and keeps the two clocks that bound it.
///
/// The client has clocks of its own. They are not used, as its read timeout also runs while the receiver pauses, and
/// its deadline can be held back by a pause.
final class Exchange: HTTPClientResponseDelegate {
    typealias Response = Void

    /// Why this side ended the exchange.
    enum End: Error {
        case receiver(any Error)
        case timedOut
        case cancelled
        case invalidAnswer(reason: String)
    }

    private struct State {
        var task: HTTPClient.Task<Void>?
        var isSent = false
        var isFinished = false
        var end: End?
        /// What the receiver's pause holds back.
        var pause: EventLoopPromise<Void>?
        /// When the last byte went either way.
        var lastActivity = NIODeadline.now()
        var deadline: Scheduled<Void>?
        var idleCheck: Scheduled<Void>?
    }

    private let receiver: any HTTPResponseReceiver
    private let clocks: Clocks
    private let codingsAreOurs: Bool
    private let state = Mutex(State())
    private let pauses: AsyncStream<Void>
    private let pauseSignal: AsyncStream<Void>.Continuation

    /// How long the exchange may take.
    struct Clocks: Sendable {
        /// All of it, if there is a bound.
        let total: TimeAmount?
        /// Without a byte in either direction.
        let idle: TimeAmount
    }

    /// - Parameter codingsAreOurs: whether the transport chose `Accept-Encoding`, and so must know every coding used.
    init(receiver: any HTTPResponseReceiver, clocks: Clocks, codingsAreOurs: Bool) {
        self.receiver = receiver
        self.clocks = clocks
        self.codingsAreOurs = codingsAreOurs
        (pauses, pauseSignal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Whether any part of the request may have gone out.
    var isSent: Bool { state.withLock { $0.isSent } }

    /// Why this side ended the exchange, if it did.
    var ownEnd: End? { state.withLock { $0.end } }

    // MARK: Life

    /// Starts the clocks for `task`, or ends it at once where the exchange was ended before.
    func start(_ task: HTTPClient.Task<Void>) {
        let isEnded = state.withLock { state in
            state.task = task
            return state.end != nil
        }
        if isEnded { return task.fail(reason: End.cancelled) }
        if let total = clocks.total {
            let deadline = task.eventLoop.scheduleTask(in: total) { self.end(.timedOut) }
            keep(deadline) { $0.deadline = deadline }
        }
        checkIdleness(on: task.eventLoop, after: clocks.idle)
    }

    /// Ends the exchange from this side. Only the first end counts, and none after ``finish()``.
    func end(_ end: End) {
        let (task, pause) = state.withLock { state -> (HTTPClient.Task<Void>?, EventLoopPromise<Void>?) in
            guard !state.isFinished, state.end == nil else { return (nil, nil) }
            state.end = end
            defer { state.pause = nil }
            return (state.task, state.pause)
        }
        task?.fail(reason: end)
        pause?.fail(end)
    }

    /// To be called when the client is done with the task, whatever its result.
    func finish() {
        let (pause, scheduled) = state.withLock { state in
            state.isFinished = true
            defer {
                state.task = nil
                state.pause = nil
                state.deadline = nil
                state.idleCheck = nil
            }
            return (state.pause, [state.deadline, state.idleCheck])
        }
        pauseSignal.finish()
        pause?.fail(End.cancelled)
        for clock in scheduled { clock?.cancel() }
    }

    /// Waits for the receiver whenever it has paused, until the exchange is finished or the task is cancelled.
    func servePauses() async {
        for await _ in pauses {
            do {
                try await receiver.ready()
                resume()
            } catch {
                end(Task.isCancelled ? .cancelled : .receiver(error))
            }
        }
    }

    private func resume() {
        let pause = state.withLock { state in
            state.lastActivity = .now()
            defer { state.pause = nil }
            return state.pause
        }
        pause?.succeed()
    }

    // MARK: Clocks

    /// One timer a period, not one a part: it looks when the last byte went and sleeps for the rest.
    private func checkIdleness(on loop: any EventLoop, after delay: TimeAmount) {
        let check = loop.scheduleTask(in: delay) {
            let remaining = self.state.withLock { state -> TimeAmount in
                let isWaiting = state.isSent && state.pause == nil
                return isWaiting ? state.lastActivity + self.clocks.idle - .now() : self.clocks.idle
            }
            if remaining <= .zero { self.end(.timedOut) } else { self.checkIdleness(on: loop, after: remaining) }
        }
        keep(check) { $0.idleCheck = check }
    }

    /// Remembers a timer so that ``finish()`` can stop it; stops it now where that has happened.
    private func keep(_ timer: Scheduled<Void>, _ store: (inout State) -> Void) {
        let isFinished = state.withLock { state in
            if !state.isFinished { store(&state) }
            return state.isFinished
        }
        if isFinished { timer.cancel() }
    }

    private func noteActivity(isSent: Bool = false) {
        state.withLock { state in
            state.lastActivity = .now()
            if isSent { state.isSent = true }
        }
    }

    // MARK: HTTPClientResponseDelegate

    func didSendRequestHead(task: HTTPClient.Task<Void>, _ head: HTTPRequestHead) { noteActivity(isSent: true) }
    func didSendRequestPart(task: HTTPClient.Task<Void>, _ part: IOData) { noteActivity(isSent: true) }
    func didSendRequest(task: HTTPClient.Task<Void>) { noteActivity(isSent: true) }

    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: NIOHTTP1.HTTPResponseHead) -> EventLoopFuture<Void> {
        noteActivity()
        let decoded: JobExecution.HTTPResponseHead
        do {
            decoded = try ResponseDecoding.head(head, codingsAreOurs: codingsAreOurs)
        } catch {
            return fail(task, error)
        }
        do {
            try receiver.receive(head: decoded)
            return task.eventLoop.makeSucceededVoidFuture()
        } catch {
            return fail(task, .receiver(error))
        }
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        noteActivity()
        do {
            switch try buffer.withUnsafeReadableBytes({ try receiver.receive($0) }) {
            case .more: return task.eventLoop.makeSucceededVoidFuture()
            case .pause: return pause(task)
            }
        } catch {
            return fail(task, .receiver(error))
        }
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) throws {}

    private func pause(_ task: HTTPClient.Task<Void>) -> EventLoopFuture<Void> {
        let promise = task.eventLoop.makePromise(of: Void.self)
        let isOver = state.withLock { state in
            if state.isFinished || state.end != nil { return true }
            state.pause = promise
            return false
        }
        if isOver { promise.fail(End.cancelled) } else { pauseSignal.yield() }
        return promise.futureResult
    }

    /// The failed future makes the client close the connection; no further part arrives.
    private func fail(_ task: HTTPClient.Task<Void>, _ end: End) -> EventLoopFuture<Void> {
        state.withLock { state in
            if state.end == nil { state.end = end }
        }
        return task.eventLoop.makeFailedFuture(end)
    }
}
