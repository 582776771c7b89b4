import AsyncHTTPClient
import JobExecution
import NIOCore
import Secrets
import Synchronization

/// The clients of one transport, each made when the first request needs it.
///
/// A client's hook for new connections doesn't learn the host, and the host is what a certificate is checked against:
/// so each https host has a client of its own, with its own connections. A run has few hosts, and a server that
/// redirects it to ever more is stopped. Plain http shares one client, which never loads the certificates of the system.
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
    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: how many clients there may be.
    init(group: any EventLoopGroup, settings: HTTPClient.Configuration, limit: Int) {
        self.group = group
        self.settings = settings
        self.limit = limit
    }

    /// Whether ``shutdown()`` was called.
    var isShutDown: Bool { state.withLock { $0.isShutDown } }

    /// The client for a route.
    ///
    /// - Throws: `.cancelled` after ``shutdown()``, and `.invalidRequest` where the limit is reached.
    func client(for route: Route) throws(TransportError) -> HTTPClient {
        try state.withLock { (state) throws(TransportError) in
            if state.isShutDown { throw .cancelled }
            if let client = state.clients[route] { return client }
            guard state.clients.count < limit else {
                throw .invalidRequest(reason: "requests have gone to \(limit) hosts already; are there redirects?")
            }
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
