/// How the transport connects. TLS verification is not among the settings: it is always on.
package struct TransportConfiguration: Sendable {
    /// The longest time for one connection to be ready: DNS, TCP, a proxy's answer and the TLS handshake together.
    /// It also bounds the wait for a free connection.
    package var connectTimeout: Duration = .seconds(10)
    /// The longest time without a byte in either direction once the request is on its way. Time that the receiver
    /// asked for by pausing doesn't count.
    package var idleTimeout: Duration = .seconds(60)
    /// How long an unused connection stays open. Shorter than what servers keep, so that few requests meet a
    /// connection that the server is just closing.
    package var keepAlive: Duration = .seconds(30)
    /// Path of a PEM file with certificates to trust in addition to those of the system.
    package var additionalTrustRoots: String?
    /// Which requests go through which proxy.
    package var proxies: ProxySettings = .none
    /// How many HTTP/1.1 connections one origin gets. Requests beyond wait, for `connectTimeout` at most: keep as many
    /// or fewer in flight.
    package var maximumConnectionsPerHost: Int = 8
    /// Whether HTTP/2 is offered in the TLS handshake. HTTP/1.1 costs less CPU on the way of large bodies.
    package var isHTTP2Enabled: Bool = false
    /// How many times larger than its compressed form a body may grow. Real JSON stays below 50; a bomb reaches 1000.
    package var maximumInflationRatio: Int = 200

    package init() {}
}
