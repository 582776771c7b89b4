import AsyncHTTPClient
import NIOCore
import Secrets
import Synchronization

/// The clients of one transport, each made when the first request needs it.
///
/// A client's hook for new connections doesn't learn the host, and the host is what a certificate is checked against:
/// so each https host has a client of its own, with its own connections. A run has few hosts. Plain http shares one,
/// and never loads the certificates of the system.
final class ClientPool: Sendable {
    /// What the requests of one client have in common.
    struct Route: Hashable {
        let proxy: ProxyEndpoint?
        /// Whom the server must prove to be, with https.
        let server: ServerIdentity?
    }

    private struct State {
        var clients: [Route: HTTPClient] = [:]
        var isShutDown = false
    }

    private let group: any EventLoopGroup
    private let settings: HTTPClient.Configuration
    private let state = Mutex(State())

    init(group: any EventLoopGroup, settings: HTTPClient.Configuration) {
        self.group = group
        self.settings = settings
    }

    /// Whether ``shutdown()`` was called.
    var isShutDown: Bool { state.withLock { $0.isShutDown } }

    /// The client for a route, or nothing after ``shutdown()``.
    func client(for route: Route) -> HTTPClient? {
        state.withLock { state in
            if state.isShutDown { return nil }
            if let client = state.clients[route] { return client }
            let client = HTTPClient(eventLoopGroup: group, configuration: settings(for: route))
            state.clients[route] = client
            return client
        }
    }

    /// Closes all connections; exchanges in flight end as cancelled.
    func shutdown() async {
        let clients = state.withLock { state in
            state.isShutDown = true
            defer { state.clients = [:] }
            return Array(state.clients.values)
        }
        for client in clients {
            // The only error is that the client was shut down before, which is what is wanted.
            try? await client.shutdown()
        }
    }

    private func settings(for route: Route) -> HTTPClient.Configuration {
        var settings = settings
        settings.proxy = route.proxy.map(Self.proxy)
        if let server = route.server {
            settings.http1_1ConnectionDebugInitializer = { server.check($0) }
            settings.http2ConnectionDebugInitializer = { server.check($0) }
        }
        return settings
    }

    private static func proxy(_ endpoint: ProxyEndpoint) -> HTTPClient.Configuration.Proxy {
        switch endpoint.kind {
        case .socks5:
            .socksServer(host: endpoint.host, port: endpoint.port)
        case .http:
            .server(
                host: endpoint.host,
                port: endpoint.port,
                authorization: endpoint.credentials.map { credentials in
                    .basic(username: credentials.user, password: credentials.password.reveal())
                }
            )
        }
    }
}
