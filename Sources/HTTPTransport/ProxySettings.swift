package import JobExecution
package import Secrets

/// Which requests go through which proxy.
package struct ProxySettings: Hashable, Sendable {
    /// Every request goes straight to its host.
    package static let none = ProxySettings(http: nil, https: nil, bypass: NoProxyList(""), skipsLoopback: false)

    private let http: ProxyEndpoint?
    private let https: ProxyEndpoint?
    private let bypass: NoProxyList
    /// Variables in the environment are meant for the network, so requests to this machine ignore them, as in Go.
    private let skipsLoopback: Bool

    private init(http: ProxyEndpoint?, https: ProxyEndpoint?, bypass: NoProxyList, skipsLoopback: Bool) {
        self.http = http
        self.https = https
        self.bypass = bypass
        self.skipsLoopback = skipsLoopback
    }

    /// One proxy for every request, except to the hosts of `bypass`, which is written like `NO_PROXY`.
    ///
    /// - Parameter source: the name of the setting, for the error.
    package init(url: String, bypass: String = "", source: String = "proxy") throws(TransportConfigurationError) {
        let endpoint = try ProxyEndpoint(url: url, source: source)
        self.init(http: endpoint, https: endpoint, bypass: NoProxyList(bypass), skipsLoopback: false)
    }

    /// The proxies that the environment names: `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy`, in lower case
    /// or, where that is unset or empty, in upper case. `all_proxy` stands in for either of the first two.
    package init(environment: [String: String]) throws(TransportConfigurationError) {
        func variable(_ name: String) -> (name: String, value: String)? {
            for spelling in [name, name.uppercased()] {
                if let value = environment[spelling], !value.isEmpty { return (spelling, value) }
            }
            return nil
        }
        func endpoint(_ name: String) throws(TransportConfigurationError) -> ProxyEndpoint? {
            guard let found = variable(name) ?? variable("all_proxy") else { return nil }
            return try ProxyEndpoint(url: found.value, source: found.name)
        }
        self.init(
            http: try endpoint("http_proxy"),
            https: try endpoint("https_proxy"),
            bypass: NoProxyList(variable("no_proxy")?.value ?? ""),
            skipsLoopback: true
        )
    }

    /// The passwords among the proxies' credentials, for the redactor.
    package var secrets: [Secret] {
        endpoints.compactMap(\.credentials?.password)
    }

    /// All proxies, each once.
    var endpoints: Set<ProxyEndpoint> {
        Set([http, https].compactMap(\.self))
    }

    /// The proxy for a request to `url`, or nothing where it goes straight.
    ///
    /// - Throws: `.invalidRequest` where the URL can't be used at all.
    package func endpoint(forURL url: String) throws(TransportError) -> ProxyEndpoint? {
        endpoint(for: try RequestTarget(url: url))
    }

    /// The proxy for a request, or nothing where it goes straight.
    func endpoint(for target: RequestTarget) -> ProxyEndpoint? {
        if skipsLoopback && target.isLoopback { return nil }
        if bypass.covers(host: target.host, port: target.port) { return nil }
        return target.scheme == .https ? https : http
    }
}
