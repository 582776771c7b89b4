import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// An embedded Kiva Partner API on a real TCP port: token endpoint, calls, deterministic data, and faults on demand.
///
/// ```swift
/// let sandbox = try await SandboxServer.start(SandboxConfiguration())
/// print(sandbox.announcement.json)
/// await sandbox.shutdown()
/// ```
package final class SandboxServer: Sendable {
    /// What clients must know, with the port that was really taken.
    package let announcement: SandboxAnnouncement

    private let group: MultiThreadedEventLoopGroup
    private let listener: any Channel
    private let connections: ConnectionSet
    private let isEnding = Mutex(false)

    private init(
        announcement: SandboxAnnouncement,
        group: MultiThreadedEventLoopGroup,
        listener: any Channel,
        connections: ConnectionSet
    ) {
        self.announcement = announcement
        self.group = group
        self.listener = listener
        self.connections = connections
    }

    /// How long ``shutdown()`` waits for answers that are on their way.
    private static let grace = TimeAmount.seconds(2)

    /// Starts a sandbox; when this returns, it takes connections.
    package static func start(_ configuration: SandboxConfiguration) async throws(SandboxError) -> SandboxServer {
        try check(configuration)
        let tls = try configuration.tls.map(TLSListener.context(for:))
        let key = try SigningKey.ofProcess()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: min(System.coreCount, 4))
        do {
            return try await listen(configuration, tls: tls, key: key, group: group)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    /// Takes no more connections, finishes the answers that are on their way, and ends. A second call does nothing.
    package func shutdown() async {
        let isFirst = isEnding.withLock { isEnding in
            defer { isEnding = true }
            return !isEnding
        }
        guard isFirst else { return }
        // Closing what is closed is no failure here.
        try? await listener.close()
        await connections.close(within: Self.grace, on: group.any())
        try? await group.shutdownGracefully()
    }

    private static func listen(
        _ configuration: SandboxConfiguration,
        tls: NIOSSLContext?,
        key: SigningKey,
        group: MultiThreadedEventLoopGroup
    ) async throws(SandboxError) -> SandboxServer {
        let connections = ConnectionSet()
        // Connections wait for the API, which needs the port, which is known when the listener is bound: so the
        // listener takes its first connection only after the API is there.
        let apiPromise = group.next().makePromise(of: SandboxAPI.self)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                apiPromise.futureResult.hop(to: channel.eventLoop).flatMapThrowing { api in
                    try configure(channel, api: api, configuration: configuration, tls: tls)
                    connections.add(channel)
                }
            }
        let listener: any Channel
        do {
            listener = try await bootstrap.bind(host: configuration.host, port: configuration.port).get()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            apiPromise.fail(error)
            throw .portInUse(host: configuration.host, port: configuration.port)
        } catch {
            apiPromise.fail(error)
            throw .cannotListen(host: configuration.host, port: configuration.port, reason: "\(error)")
        }
        let announcement = announcement(configuration, port: listener.localAddress?.port ?? configuration.port)
        apiPromise.succeed(SandboxAPI(configuration: configuration, baseURL: announcement.baseURL, key: key))
        return SandboxServer(
            announcement: announcement,
            group: group,
            listener: listener,
            connections: connections
        )
    }

    private static func configure(
        _ channel: any Channel,
        api: SandboxAPI,
        configuration: SandboxConfiguration,
        tls: NIOSSLContext?
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        if let tls {
            try pipeline.addHandler(NIOSSLServerHandler(context: tls))
        }
        try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: true)
        try pipeline.addHandler(ConnectionHandler(api: api, configuration: configuration))
    }

    private static func announcement(_ configuration: SandboxConfiguration, port: Int) -> SandboxAnnouncement {
        // RFC 3986 section 3.2.2: an IPv6 address stands in brackets.
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        let baseURL = "\(configuration.tls == nil ? "http" : "https")://\(host):\(port)"
        return SandboxAnnouncement(
            tokenURL: "\(baseURL)/oauth/token",
            audience: configuration.audience,
            baseURL: baseURL,
            clientID: configuration.clientID,
            clientSecret: configuration.clientSecret,
            partnerID: configuration.partnerID
        )
    }

    private static func check(_ configuration: SandboxConfiguration) throws(SandboxError) {
        func require(_ holds: Bool, _ member: String, _ value: Any, _ remedy: String) throws(SandboxError) {
            if !holds {
                throw .invalidConfiguration(member: member, value: "\(value)", remedy: remedy)
            }
        }
        try require((0...65_535).contains(configuration.port), "port", configuration.port, "it is 0 to 65535")
        try require(
            (0...100_000_000).contains(configuration.loans),
            "loans",
            configuration.loans,
            "it is 0 to 100000000"
        )
        try require(
            configuration.maxPageLimit > 0,
            "maxPageLimit",
            configuration.maxPageLimit,
            "a page holds a loan at least"
        )
        // The bounds are far from where times overflow.
        let (hour, decade) = (Duration.seconds(3600), Duration.seconds(315_360_000))
        for (member, time, longest) in [
            ("tokenTTL", configuration.tokenTTL, decade), ("latency", configuration.latency, hour),
            ("requestTimeout", configuration.requestTimeout, decade),
            ("responseTimeout", configuration.responseTimeout, decade),
        ] {
            try require(
                (.zero...longest).contains(time),
                member,
                time,
                "it is 0 to \(longest.components.seconds) seconds"
            )
        }
        try require(
            !configuration.partnerID.isEmpty && !configuration.partnerID.contains("/"),
            "partnerID",
            "'\(configuration.partnerID)'",
            "it is one segment of a path"
        )
        try require(
            !configuration.clientID.isEmpty && !configuration.clientSecret.isEmpty,
            "clientID or clientSecret",
            "empty",
            "a client has both"
        )
        for scope in configuration.authorizedScopes where SandboxScope(rawValue: scope) == nil {
            let known = SandboxScope.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalidConfiguration(
                member: "authorizedScopes",
                value: "'\(scope)'",
                remedy: "take from \(known)"
            )
        }
    }
}
