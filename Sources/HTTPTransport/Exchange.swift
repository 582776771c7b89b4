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
final class Exchange: HTTPClientResponseDelegate, NIOScheduledCallbackHandler {
    typealias Response = Void

    /// Why this side ended the exchange.
    enum End: Error {
        case receiver(any Error)
        case timedOut
        /// Nothing moved although something should have.
        case stalled
        case cancelled
        case invalidAnswer(reason: String)
    }

    /// How long the exchange may take.
    struct Clocks: Sendable {
        /// All of it, if there is a bound.
        let total: TimeAmount?
        /// Without a byte in either direction, while a request or an answer is on its way. How long the server may think
        /// in between is what ``total`` says, if there is one.
        let idle: TimeAmount
    }

    private enum Phase: Equatable {
        case running
        /// The pause of that number: one may follow another at once.
        case paused(Int)
        case finished
    }

    private struct State {
        var task: HTTPClient.Task<Void>?
        var isSent = false
        var isSentWhole = false
        var hasHead = false
        var isFinished = false
        var end: End?
        /// What the client made of the exchange, once it is finished.
        var failure: (any Error)?
        /// What the receiver's pause holds back.
        var pause: EventLoopPromise<Void>?
        var pauses = 0
        /// When the last byte went either way.
        var lastActivity = NIODeadline.now()
        /// When all of it must be over.
        var deadline: NIODeadline?
        var timer: NIOScheduledCallback?
        /// Who waits for another phase.
        var waiter: CheckedContinuation<Void, Never>?

        var phase: Phase { isFinished ? .finished : pause == nil ? .running : .paused(pauses) }
    }

    private let receiver: any HTTPResponseReceiver
    private let clocks: Clocks
    private let codingsAreOurs: Bool
    private let state = Mutex(State())

    /// - Parameter codingsAreOurs: whether the transport chose `Accept-Encoding`, and so must know every coding used.
    init(receiver: any HTTPResponseReceiver, clocks: Clocks, codingsAreOurs: Bool) {
        self.receiver = receiver
        self.clocks = clocks
        self.codingsAreOurs = codingsAreOurs
    }

    /// Whether any part of the request may have gone out.
    var isSent: Bool { state.withLock { $0.isSent } }

    /// Why this side ended the exchange, if it did.
    var ownEnd: End? { state.withLock { $0.end } }

    // MARK: Life

    /// Runs the exchange to its end.
    ///
    /// - Parameters:
    ///   - loop: where everything happens, so that no part has to change threads.
    ///   - execute: hands the request to the client.
    /// - Returns: what the client failed with, if it did.
    func run(on loop: any EventLoop, _ execute: @escaping @Sendable () -> HTTPClient.Task<Void>) async -> (any Error)? {
        loop.execute {
            let task = execute()
            // Called back on the task's own loop, which is this one.
            task.futureResult.whenComplete { self.finish($0) }
            self.start(task)
        }
        while true {
            switch await phase(after: .running) {
            case .running: break
            case .paused(let number): await servePause(number)
            case .finished: return state.withLock { $0.failure }
            }
        }
    }

    /// Ends the exchange from this side. Only the first end counts, and none after it has finished.
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

    /// Starts the clocks for `task`, or ends it at once where the exchange was ended before.
    private func start(_ task: HTTPClient.Task<Void>) {
        let isEnded = state.withLock { state in
            state.task = task
            state.deadline = clocks.total.map { .now() + $0 }
            return state.end != nil
        }
        if isEnded { return task.fail(reason: End.cancelled) }
        setTimer(on: task.eventLoop)
    }

    private func finish(_ result: Result<Void, any Error>) {
        let (pause, timer, waiter) = state.withLock { state in
            state.isFinished = true
            if case .failure(let error) = result { state.failure = error }
            defer {
                state.task = nil
                state.pause = nil
                state.timer = nil
                state.waiter = nil
            }
            return (state.pause, state.timer, state.waiter)
        }
        pause?.fail(End.cancelled)
        timer?.cancel()
        waiter?.resume()
    }

    /// Waits until the exchange is in another phase.
    private func phase(after last: Phase) async -> Phase {
        await withCheckedContinuation { waiter in
            let isOver = state.withLock { state in
                if state.phase == last { state.waiter = waiter }
                return state.phase != last
            }
            if isOver { waiter.resume() }
        }
        return state.withLock { $0.phase }
    }

    /// Waits until the receiver is ready for more, or the exchange is over.
    private func servePause(_ number: Int) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await self.receiver.ready()
                    self.resume()
                } catch {
                    self.end(Task.isCancelled ? .cancelled : .receiver(error))
                }
            }
            _ = await phase(after: .paused(number))
            group.cancelAll()
        }
    }

    private func resume() {
        let (pause, waiter) = state.withLock { state in
            state.lastActivity = .now()
            defer {
                state.pause = nil
                state.waiter = nil
            }
            return (state.pause, state.waiter)
        }
        pause?.succeed()
        waiter?.resume()
    }

    // MARK: Clocks

    /// Sets the one timer to the earliest time at which a clock could run out; it is not moved with every part.
    private func setTimer(on loop: any EventLoop) {
        let (idle, deadline) = state.withLock { state in
            // A pause, a request that waits for a connection, and a server that has been given time are no idleness.
            let isThinking = state.isSentWhole && !state.hasHead && state.deadline != nil
            let isMoving = state.isSent && state.pause == nil && !isThinking
            return ((isMoving ? state.lastActivity : .now()) + clocks.idle, state.deadline)
        }
        let now = NIODeadline.now()
        if let deadline, deadline <= now { return end(.timedOut) }
        if idle <= now { return end(.stalled) }
        do {
            let timer = try loop.scheduleCallback(at: deadline.map { min($0, idle) } ?? idle, handler: self)
            state.withLock { $0.timer = timer }
        } catch {
            // The loop is shutting down, and ends the connection as well.
            end(.cancelled)
        }
    }

    /// The timer.
    func handleScheduledCallback(eventLoop: some EventLoop) {
        if state.withLock({ !$0.isFinished }) { setTimer(on: eventLoop) }
    }

    private func noteActivity(_ change: (inout State) -> Void = { _ in }) {
        state.withLock { state in
            state.lastActivity = .now()
            change(&state)
        }
    }

    // MARK: HTTPClientResponseDelegate

    func didSendRequestHead(task: HTTPClient.Task<Void>, _ head: HTTPRequestHead) {
        noteActivity { $0.isSent = true }
    }

    func didSendRequestPart(task: HTTPClient.Task<Void>, _ part: IOData) { noteActivity { $0.isSent = true } }

    func didSendRequest(task: HTTPClient.Task<Void>) {
        noteActivity { state in
            state.isSent = true
            state.isSentWhole = true
        }
    }

    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: NIOHTTP1.HTTPResponseHead) -> EventLoopFuture<Void> {
        noteActivity { $0.hasHead = true }
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
        let (isOver, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            if state.isFinished || state.end != nil { return (true, nil) }
            state.pause = promise
            state.pauses += 1
            defer { state.waiter = nil }
            return (false, state.waiter)
        }
        if isOver { promise.fail(End.cancelled) }
        waiter?.resume()
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
