import AsyncHTTPClient
package import JobExecution
import NIOCore
import NIOHTTPCompression
import NIOSSL

/// The real transport: AsyncHTTPClient behind ``HTTPTransport``.
///
/// It never repeats a request, not even a failed connection attempt, and never follows a redirect. TLS certificates are
/// always verified. Plain http goes to this machine only.
package final class AsyncHTTPClientTransport: HTTPTransport {
    private let configuration: TransportConfiguration
    private let loops: EventLoopLeases
    private let clients: ClientPool

    /// Reads the additional certificates; connects to nothing. ``shutdown()`` must be called in the end.
    package init(_ configuration: TransportConfiguration = TransportConfiguration()) throws(TransportConfigurationError)
    {
        let group = HTTPClient.defaultEventLoopGroup
        self.configuration = configuration
        self.loops = EventLoopLeases(group: group)
        self.clients = ClientPool(
            group: group,
            settings: try Self.clientConfiguration(configuration),
            limit: max(1, configuration.maximumHosts)
        )
    }

    /// Closes all connections. Exchanges in flight end as cancelled, and so does every later one.
    package func shutdown() async {
        await clients.shutdown()
    }

    package func send(
        _ request: HTTPRequest,
        timeout: Duration?,
        receiver: any HTTPResponseReceiver
    ) async throws(TransportError) {
        let target = try RequestTarget(url: request.url)
        let route = try route(for: target)
        let encoded = try RequestEncoding.encode(request, userAgent: configuration.userAgent)
        if Task.isCancelled { throw .cancelled }
        let client = try clients.client(for: route)

        let exchange = Exchange(
            receiver: receiver,
            clocks: Exchange.Clocks(
                total: timeout.map(TimeAmount.init(bounded:)),
                idle: TimeAmount(bounded: configuration.idleTimeout)
            ),
            codingsAreOurs: request.fields["accept-encoding"] == nil
        )
        let lease = loops.lease()
        defer { loops.release(lease.index) }

        let failure = await withTaskCancellationHandler {
            await exchange.run(on: lease.loop) {
                client.execute(request: encoded, delegate: exchange, eventLoop: .delegate(on: lease.loop))
            }
        } onCancel: {
            exchange.end(.cancelled)
        }
        if let failure { throw transportError(for: failure, exchange, target, route) }
    }

    /// An end from this side explains the failure better than what the client made of it.
    private func transportError(
        for failure: any Error,
        _ exchange: Exchange,
        _ target: RequestTarget,
        _ route: ClientPool.Route
    ) -> TransportError {
        switch exchange.ownEnd {
        case .receiver(let error): .receiver(error)
        case .timedOut: .timedOut(sent: exchange.isSent)
        case .stalled: .lost(reason: "nothing has moved for \(configuration.idleTimeout)")
        case .cancelled: .cancelled
        case .invalidAnswer(let reason): .invalidAnswer(reason: reason)
        case nil:
            FailureReason(host: target.host, proxy: route.proxy, isShutDown: clients.isShutDown)
                .transportError(for: failure, sent: exchange.isSent)
        }
    }

    /// The way that leads to `target`.
    ///
    /// - Throws: `.invalidRequest` where plain http would leave this machine, be it for a proxy, and where a certificate
    ///   could not be checked.
    private func route(for target: RequestTarget) throws(TransportError) -> ClientPool.Route {
        let proxy = configuration.proxies.endpoint(for: target)
        switch target.scheme {
        case .http:
            guard target.isLoopback else {
                throw .invalidRequest(reason: "plain http is allowed to this machine only, not to \(target.host)")
            }
            if let proxy, !RequestTarget.isLoopback(proxy.host) {
                throw .invalidRequest(reason: "plain http is not allowed through the proxy \(proxy.host)")
            }
            return ClientPool.Route(proxy: proxy, server: nil)
        case .https:
            let server = ServerIdentity(host: target.host)
            // The TLS library compares the certificate with the address of its peer, which would be the proxy.
            if proxy != nil, server.isAddress {
                throw .invalidRequest(
                    reason: "the certificate of an address, \(target.host), can't be verified through a proxy: "
                        + "use the host's name, or except the address with no_proxy"
                )
            }
            return ClientPool.Route(proxy: proxy, server: server)
        }
    }
}

// MARK: - Settings of the client

extension AsyncHTTPClientTransport {
    private static func clientConfiguration(
        _ configuration: TransportConfiguration
    ) throws(TransportConfigurationError) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .fullVerification
        tls.minimumTLSVersion = .tlsv12
        if let path = configuration.additionalTrustRoots {
            tls.additionalTrustRoots = [.certificates(try certificates(path))]
        }
        var settings = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(bounded: configuration.connectTimeout)),
            decompression: .enabled(limit: .ratio(configuration.maximumInflationRatio))
        )
        settings.connectionPool.idleTimeout = TimeAmount(bounded: configuration.keepAlive)
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = max(
            1,
            configuration.maximumConnectionsPerHost
        )
        // The executor's table of retries is the only one.
        settings.connectionPool.retryConnectionEstablishment = false
        // The run's own journal says what happened; spans would be made for nobody.
        settings.tracing.tracer = nil
        settings.httpVersion = configuration.isHTTP2Enabled ? .automatic : .http1Only
        return settings
    }

    private static func certificates(_ path: String) throws(TransportConfigurationError) -> [NIOSSLCertificate] {
        let certificates: [NIOSSLCertificate]
        do {
            certificates = try NIOSSLCertificate.fromPEMFile(path)
        } catch {
            throw .unusableTrustRoots(path: path, reason: "it can't be read as PEM certificates")
        }
        if certificates.isEmpty { throw .unusableTrustRoots(path: path, reason: "it holds no certificate") }
        return certificates
    }
}

extension TimeAmount {
    /// A duration cut to the range from 1 ms to a year: the event loop adds it to its clock without a check.
    init(bounded duration: Duration) {
        self.init(min(max(duration, .milliseconds(1)), .seconds(365 * 86_400)))
    }
}
