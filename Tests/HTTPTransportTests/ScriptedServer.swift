import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server on a free loopback port that answers with the bytes a test gives it, valid HTTP or not.
final class ScriptedServer: Sendable {
    /// What the server does when a request has arrived whole.
    enum Step: Sendable {
        case send(String)
        case bytes([UInt8])
        /// Waits until the signal is given.
        case wait(Signal)
        /// Says goodbye in TLS, where there is TLS, and closes.
        case close
        /// Closes TCP without the goodbye of TLS.
        case drop
        /// Closes with a TCP reset.
        case reset
    }

    /// A request as it came over the wire.
    struct Received: Sendable {
        /// Counted from 1.
        let connection: Int
        let head: String
        let body: [UInt8]

        var line: Substring { head.prefix { $0 != "\r\n" } }

        func field(_ name: String) -> String? {
            head.split(separator: "\r\n").dropFirst().first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
                .map { String($0.dropFirst(name.count + 1).trimmingPrefix(" ")) }
        }
    }

    /// What has happened so far.
    final class Log: Sendable {
        private let state = Mutex((connections: 0, received: [Received]()))
        /// Given when any connection has closed.
        let closed = Signal()

        var connections: Int { state.withLock { $0.connections } }
        var received: [Received] { state.withLock { $0.received } }

        func addConnection() -> Int {
            state.withLock { state in
                state.connections += 1
                return state.connections
            }
        }

        func add(_ request: Received) { state.withLock { $0.received.append(request) } }
    }

    let log: Log
    let port: Int

    private init(port: Int, log: Log) {
        self.port = port
        self.log = log
    }

    func url(_ path: String = "/", scheme: String = "http", host: String = "127.0.0.1") -> String {
        "\(scheme)://\(host):\(port)\(path)"
    }

    /// Runs `body` with a server whose `script` gives the steps for each request.
    static func run(
        tls: NIOSSLContext? = nil,
        script: @escaping @Sendable (Received) -> [Step],
        _ body: (ScriptedServer) async throws -> Void
    ) async throws {
        let log = Log()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(ConnectionHandler(log: log, script: script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(ScriptedServer(port: channel.localAddress?.port ?? 0, log: log))
        } catch {
            try? await channel.close()
            throw error
        }
        try await channel.close()
    }

    /// Runs `body` with a server that answers every request with `steps`.
    static func run(
        tls: NIOSSLContext? = nil,
        _ steps: Step...,
        body: (ScriptedServer) async throws -> Void
    ) async throws {
        try await run(tls: tls, script: { _ in steps }, body)
    }
}

/// Reads requests and runs the steps of the script.
private final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let log: ScriptedServer.Log
    private let number: Int
    private let script: @Sendable (ScriptedServer.Received) -> [ScriptedServer.Step]
    private var input: [UInt8] = []

    init(log: ScriptedServer.Log, script: @escaping @Sendable (ScriptedServer.Received) -> [ScriptedServer.Step]) {
        self.log = log
        self.number = log.addConnection()
        self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        input += Array(unwrapInboundIn(data).readableBytesView)
        while let request = nextRequest() {
            log.add(request)
            run(script(request)[...], context.channel)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        log.closed.give()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func nextRequest() -> ScriptedServer.Received? {
        guard let end = input.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: input[..<end.lowerBound], as: UTF8.self)
        let length =
            ScriptedServer.Received(connection: number, head: head, body: []).field("content-length")
            .flatMap { Int($0) } ?? 0
        guard input.count >= end.upperBound + length else { return nil }
        let body = Array(input[end.upperBound..<(end.upperBound + length)])
        input.removeFirst(end.upperBound + length)
        return ScriptedServer.Received(connection: number, head: head, body: body)
    }
}

/// Runs steps in order; each `wait` continues on the channel's loop.
private func run(_ steps: ArraySlice<ScriptedServer.Step>, _ channel: any Channel) {
    for (index, step) in zip(steps.indices, steps) {
        switch step {
        case .send(let text): channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
        case .bytes(let bytes): channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        case .close: channel.close(promise: nil)
        case .drop:
            channel.pipeline.context(handlerType: NIOSSLServerHandler.self).whenSuccess { $0.close(promise: nil) }
        case .reset:
            (channel as? any SocketOptionProvider)?
                .unsafeSetSocketOption(level: .socket, name: .so_linger, value: Linger(isOn: 1, seconds: 0))
                .whenComplete { _ in channel.close(promise: nil) }
        case .wait(let signal):
            let rest = steps[(index + 1)...]
            signal.future.hop(to: channel.eventLoop).whenSuccess { run(rest, channel) }
            return
        }
    }
}

/// The layout of `struct linger` of socket(7), which the C headers give to another module.
private struct Linger: Sendable {
    let isOn: Int32
    let seconds: Int32
}

/// Something that happens once, for any number of waiters.
final class Signal: Sendable {
    private let promise = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Void.self)
    private let isGiven = Mutex(false)

    deinit { give() }

    func give() {
        let isFirst = isGiven.withLock { given in
            defer { given = true }
            return !given
        }
        if isFirst { promise.succeed() }
    }

    var future: EventLoopFuture<Void> { promise.futureResult }

    func wait() async throws { try await promise.futureResult.get() }
}
