import NIOCore
import NIOHTTP1

/// One connection: gathers a request, has it answered, sends the answer, and starts over.
///
/// The pipelining handler in front of it holds further requests back until the answer is sent, so there is one at a time.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// Between requests.
        case idle
        /// The head is here, the body is coming.
        case receiving(HTTPRequestHead, [UInt8])
        /// The request was refused before its end; the rest of it is thrown away and the connection closes.
        case discarding
        /// The answer is being made, waited for, or sent.
        case answering
    }

    private let api: SandboxAPI
    private let maxBodyBytes: Int
    private let requestTimeout: TimeAmount
    private let responseTimeout: TimeAmount
    private var state = State.idle
    private var deadline: Scheduled<Void>?
    private var pending: Scheduled<Void>?
    /// The connection ends as soon as it has nothing more to send.
    private var isShuttingDown = false
    /// Nothing more is sent, and what comes is thrown away.
    private var isLingering = false
    /// Answers whose end is not yet with the operating system.
    private var unsent = 0

    init(api: SandboxAPI, configuration: SandboxConfiguration) {
        self.api = api
        maxBodyBytes = configuration.maxBodyBytes
        requestTimeout = TimeAmount(configuration.requestTimeout)
        responseTimeout = TimeAmount(configuration.responseTimeout)
    }

    func channelActive(context: ChannelHandlerContext) {
        arm(requestTimeout, context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        pending?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .idle):
            begin(head, context)
        case (.body(var part), .receiving(let head, var body)):
            // The array is the state's own; taking it out first keeps it from being copied for every part.
            state = .discarding
            guard body.count + part.readableBytes <= maxBodyBytes else {
                refuse(head, .payloadTooLarge, "The body is larger than \(maxBodyBytes) bytes", context)
                return
            }
            body.append(contentsOf: part.readBytes(length: part.readableBytes) ?? [])
            state = .receiving(head, body)
        case (.end, .receiving(let head, let body)):
            state = .answering
            answer(SandboxRequest(head: head, body: body), head, context)
        default:
            break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A parse error has been answered by the handler in front; anything else is the connection's end.
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ConnectionShutdown:
            isShuttingDown = true
            closeIfDone(context)
        case ChannelEvent.inputClosed:
            // The client has said all it will. What it asked for it still gets.
            isShuttingDown = true
            isLingering = false
            if case .receiving = state {
                state = .discarding
            }
            closeIfDone(context)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    // MARK: - Requests

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        state = .receiving(head, [])
        if let length = head.headers.first(name: "Content-Length").flatMap(Int.init), length > maxBodyBytes {
            state = .discarding
            refuse(head, .payloadTooLarge, "The body is larger than \(maxBodyBytes) bytes", context)
            return
        }
        guard let expectation = head.headers.first(name: "Expect") else { return }
        guard expectation.lowercased() == "100-continue" else {
            state = .discarding
            refuse(head, .expectationFailed, "There is no such expectation", context)
            return
        }
        if head.version != .http1_0 {
            let interim = HTTPResponseHead(version: head.version, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(interim)), promise: nil)
        }
    }

    /// Answers before the request has come to its end, and closes: what is still coming is not read as a request.
    private func refuse(
        _ head: HTTPRequestHead,
        _ status: HTTPResponseStatus,
        _ message: String,
        _ context: ChannelHandlerContext
    ) {
        isShuttingDown = true
        let answer = SandboxAnswer.message(status, code: "api.refused", message)
        send(answer, .whole, to: head, context)
    }

    private func answer(_ request: SandboxRequest, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let outcome = api.respond(to: request)
        arm(responseTimeout + TimeAmount(outcome.latency), context)
        guard outcome.latency > .zero else {
            send(outcome.answer, outcome.delivery, to: head, context)
            return
        }
        pending = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(outcome.latency)) {
            self.send(outcome.answer, outcome.delivery, to: head, context)
        }
    }

    // MARK: - Answers

    private func send(
        _ answer: SandboxAnswer,
        _ delivery: Delivery,
        to head: HTTPRequestHead,
        _ context: ChannelHandlerContext
    ) {
        switch delivery {
        case .reset:
            ConnectionReset.perform(on: context.channel)
        case .stalled:
            // Until the client goes or the deadline comes.
            break
        case .whole:
            sendHead(answer, to: head, context)
            if head.method != .HEAD {
                sendBody(answer.body[...], context)
            }
            finish(head, context)
        case .truncated:
            sendHead(answer, to: head, context)
            sendBody(answer.body.prefix(answer.body.count / 2), context)
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer())))).assumeIsolated().whenComplete {
                _ in
                context.close(promise: nil)
            }
        case .slow(let time):
            sendHead(answer, to: head, context)
            context.flush()
            trickle(head.method == .HEAD ? [] : answer.body[...], over: time, pieces: 16, head, context)
        }
    }

    private func sendHead(_ answer: SandboxAnswer, to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        var headers = HTTPHeaders(answer.headers)
        headers.add(name: "Content-Type", value: "application/json")
        headers.add(name: "Content-Length", value: String(answer.body.count))
        headers.add(name: "Date", value: WallClock.httpDate(WallClock.unixTime()))
        if !keepsAlive(request) {
            headers.add(name: "Connection", value: "close")
        } else if request.version == .http1_0 {
            headers.add(name: "Connection", value: "keep-alive")
        }
        let head = HTTPResponseHead(version: request.version, status: answer.status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
    }

    private func sendBody(_ bytes: ArraySlice<UInt8>, _ context: ChannelHandlerContext) {
        guard !bytes.isEmpty else { return }
        let buffer = context.channel.allocator.buffer(bytes: bytes)
        context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
    }

    /// Sends a body in pieces, evenly over a time.
    private func trickle(
        _ rest: ArraySlice<UInt8>,
        over time: Duration,
        pieces: Int,
        _ head: HTTPRequestHead,
        _ context: ChannelHandlerContext
    ) {
        guard pieces > 0, !rest.isEmpty else {
            finish(head, context)
            return
        }
        pending = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(time / pieces)) {
            let size = (rest.count + pieces - 1) / pieces
            self.sendBody(rest.prefix(size), context)
            context.flush()
            self.trickle(
                rest.dropFirst(size),
                over: time - time / pieces,
                pieces: pieces - 1,
                head,
                context
            )
        }
    }

    private func finish(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let isRefusal = if case .discarding = state { true } else { false }
        // Before the end is written: the handler in front delivers the next request while it is.
        state = keepsAlive(head) ? .idle : .discarding
        unsent += 1
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
            self.unsent -= 1
            if isRefusal {
                self.closeLingering(context)
            } else if case .idle = self.state {
                self.arm(self.requestTimeout, context)
            }
            self.closeIfDone(context)
        }
    }

    /// Closes once all that was asked for is sent, if the connection is to end.
    private func closeIfDone(_ context: ChannelHandlerContext) {
        guard unsent == 0, !isLingering else { return }
        switch state {
        case .idle where isShuttingDown, .discarding: context.close(promise: nil)
        default: break
        }
    }

    /// Ends the connection without losing an answer that was given before the request had come to its end.
    ///
    /// Closing with bytes unread resets the connection, and the client may lose what it has not read (RFC 9112 section
    /// 9.6). So only sending ends here; what still comes is thrown away until the client closes, or the time is over.
    private func closeLingering(_ context: ChannelHandlerContext) {
        isLingering = true
        context.close(mode: .output, promise: nil)
        arm(.seconds(2), context)
    }

    private func keepsAlive(_ head: HTTPRequestHead) -> Bool {
        head.isKeepAlive && !isShuttingDown
    }

    /// Closes the connection unless something happens in time; replaces the deadline before.
    private func arm(_ time: TimeAmount, _ context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
            context.close(promise: nil)
        }
    }
}

/// The event that tells a connection to end once its request is answered.
struct ConnectionShutdown: Sendable {}
