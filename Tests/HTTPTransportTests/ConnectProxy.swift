import NIOCore
import NIOPosix
import Synchronization

/// A proxy that knows CONNECT, and leads every tunnel to one port of this machine whatever host was asked for.
final class ConnectProxy: Sendable {
    /// The heads of the CONNECT requests.
    final class Log: Sendable {
        private let state = Mutex<[String]>([])
        var heads: [String] { state.withLock { $0 } }
        func add(_ head: String) { state.withLock { $0.append(head) } }
    }

    let log: Log
    let port: Int

    private init(port: Int, log: Log) {
        self.port = port
        self.log = log
    }

    /// - Parameters:
    ///   - answer: what to say instead of opening the tunnel.
    ///   - greeting: what to say to the first bytes, whatever they are.
    static func run(
        to target: Int,
        answer: String? = nil,
        greeting: String? = nil,
        _ body: (ConnectProxy) async throws -> Void
    ) async throws {
        let log = Log()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = TunnelHandler(target: target, answer: answer, greeting: greeting, log: log)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(ConnectProxy(port: channel.localAddress?.port ?? 0, log: log))
        } catch {
            try? await channel.close()
            throw error
        }
        try await channel.close()
    }
}

/// Reads the head of CONNECT, connects, and then passes bytes on.
private final class TunnelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let target: Int
    private let answer: String?
    private let greeting: String?
    private let log: ConnectProxy.Log
    private var head: [UInt8] = []
    private var upstream: (any Channel)?

    init(target: Int, answer: String?, greeting: String?, log: ConnectProxy.Log) {
        self.greeting = greeting
        self.target = target
        self.answer = answer
        self.log = log
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        if let upstream { return upstream.writeAndFlush(buffer, promise: nil) }
        if let greeting { return context.channel.writeAndFlush(ByteBuffer(string: greeting), promise: nil) }
        head += Array(buffer.readableBytesView)
        guard head.suffix(4) == Array("\r\n\r\n".utf8) else { return }
        log.add(String(decoding: head, as: UTF8.self))
        if let answer { return context.channel.writeAndFlush(ByteBuffer(string: answer), promise: nil) }

        let channel = context.channel
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        ClientBootstrap(group: context.eventLoop)
            .channelInitializer { upstream in
                upstream.eventLoop.makeCompletedFuture {
                    try upstream.pipeline.syncOperations.addHandler(PassingHandler(channel))
                }
            }
            .connect(host: "127.0.0.1", port: target)
            .whenSuccess { upstream in
                bound.value.upstream = upstream
                channel.writeAndFlush(ByteBuffer(string: "HTTP/1.1 200 Connected\r\n\r\n"), promise: nil)
            }
    }

    func channelInactive(context: ChannelHandlerContext) {
        upstream?.close(promise: nil)
    }
}

/// Passes what arrives to another channel.
private final class PassingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel

    init(_ other: any Channel) { self.other = other }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        other.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        other.close(promise: nil)
    }
}
