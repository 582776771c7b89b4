package import Secrets

/// One proxy: where it listens and what it speaks.
package struct ProxyEndpoint: Hashable, Sendable {
    /// The protocol that the client speaks to the proxy.
    package enum Kind: Hashable, Sendable {
        /// HTTP with the CONNECT method (RFC 9110 section 9.3.6).
        case http
        /// SOCKS 5 without authentication (RFC 1928); the proxy resolves names.
        case socks5
    }

    /// User name and password for `Proxy-Authorization: Basic` (RFC 7617).
    package struct Credentials: Hashable, Sendable {
        package let user: String
        package let password: Secret
    }

    package let kind: Kind
    package let host: String
    package let port: Int
    package let credentials: Credentials?

    /// `host:port`, for people: without the credentials.
    package var authority: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

    /// Reads `[http://|socks5://|socks5h://][user:password@]host[:port][/]`. User and password are percent-decoded.
    ///
    /// - Parameters:
    ///   - url: the text; without a scheme it means HTTP.
    ///   - source: the name of the variable or setting, for the error.
    package init(url: String, source: String) throws(TransportConfigurationError) {
        func unusable(_ reason: String) -> TransportConfigurationError {
            .unusableProxy(source: source, reason: reason)
        }
        var rest = url[...]
        var kind = Kind.http
        var defaultPort = 80
        if let separator = url.firstRange(of: "://") {
            switch url[..<separator.lowerBound].lowercased() {
            case "http": break
            case "socks5", "socks5h": (kind, defaultPort) = (.socks5, 1080)
            case "https": throw unusable("TLS to the proxy itself is not supported; use http://")
            default: throw unusable("its scheme is none of http, socks5 and socks5h")
            }
            rest = url[separator.upperBound...]
        }
        if rest.last == "/" { rest = rest.dropLast() }
        if rest.contains(where: { "/?#".contains($0) }) { throw unusable("a path makes no sense there") }

        var credentials: Credentials?
        if let at = rest.lastIndex(of: "@") {
            if kind == .socks5 { throw unusable("credentials are not supported with SOCKS") }
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let user = Self.percentDecoded(parts[0]),
                let password = Self.percentDecoded(parts.count > 1 ? parts[1] : "")
            else { throw unusable("its credentials are not percent-encoded correctly") }
            credentials = Credentials(user: user, password: Secret(password))
            rest = rest[rest.index(after: at)...]
        }

        guard let target = try? RequestTarget(url: "http://\(rest)") else {
            throw unusable("its host or port is malformed")
        }
        self.kind = kind
        self.host = target.host
        self.port = Self.hasPort(rest) ? target.port : defaultPort
        self.credentials = credentials
    }

    private static func hasPort(_ authority: Substring) -> Bool {
        authority.last != "]" && authority.contains(":")
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = iterator.next(), let low = iterator.next(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
