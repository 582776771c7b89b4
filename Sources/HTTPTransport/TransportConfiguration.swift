/// How the transport connects. TLS verification is not among the settings: it is always on.
package struct TransportConfiguration: Sendable {
    /// The longest time for one connection to be ready: DNS, TCP, a proxy's answer and the TLS handshake together.
    /// It also bounds the wait for a free connection.
    package var connectTimeout: Duration = .seconds(10)
    /// The longest time without a byte in either direction while a request or an answer is on its way. Time that the
    /// receiver asked for by pausing doesn't count, and between request and answer the server may think for as long as the
    /// request's own timeout says, if it has one.
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
    /// How many https hosts may be asked in all. Beyond that requests are refused.
    package var maximumHosts: Int = 64
    /// Whether HTTP/2 is offered in the TLS handshake.
    ///
    /// Off, for the sake of writes: a server that ends a connection in good order says which requests it has not begun
    /// (RFC 9113 section 6.8), but the client drops that word, and they look lost. nginx ends one every 1000 requests.
    /// HTTP/1.1 has connections for all that is in flight and reuses them, so little latency is left to win; and one
    /// HTTP/2 connection would keep all bodies on one core.
    package var isHTTP2Enabled: Bool = false
    /// What `User-Agent` says of requests that don't say it themselves (RFC 9110 section 10.1.5): `product/version`.
    package var userAgent: String = "runner"
    /// How many times larger than its compressed form a body may grow. Real JSON stays below 50; a bomb reaches 1000.
    package var maximumInflationRatio: Int = 200

    package init() {}
}
