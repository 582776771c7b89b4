import JobExecution
import NIOCore

/// Scheme, host and port of a request's URL, read strictly.
///
/// The URL decides where credentials go, so nothing is repaired or guessed: every byte must be one that RFC 3986 allows,
/// and user information, which hides the true host from readers, is refused.
struct RequestTarget: Hashable, Sendable {
    enum Scheme: String, Sendable {
        case http
        case https
    }

    let scheme: Scheme
    /// Lower case, without the brackets of an IPv6 address.
    let host: String
    let port: Int

    /// - Throws: `.invalidRequest` with a reason that doesn't quote the URL.
    init(url: String) throws(TransportError) {
        guard let colon = url.utf8.firstIndex(of: UInt8(ascii: ":")), url.utf8[colon...].starts(with: "://".utf8) else {
            throw Self.invalid("the URL is not absolute")
        }
        guard let scheme = Scheme(rawValue: url[..<colon].lowercased()) else {
            throw Self.invalid("the URL's scheme is neither https nor http")
        }
        let rest = url.utf8[colon...].dropFirst(3)
        try Self.checkCharacters(rest)
        // From here on it is ASCII, and bytes are characters.
        let authority = Substring(
            rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        )
        if authority.utf8.contains(UInt8(ascii: "@")) { throw Self.invalid("the URL has user information") }

        let (host, port) = try Self.split(authority)
        self.scheme = scheme
        self.host = host.lowercased()
        self.port = port ?? (scheme == .https ? 443 : 80)
    }

    /// Whether the host is this machine by its spelling alone: `localhost`, 127.0.0.0/8 or `::1`. No look-up is made,
    /// as an answer could differ from the one that the connection uses.
    var isLoopback: Bool { Self.isLoopback(host) }

    static func isLoopback(_ host: String) -> Bool {
        if host.lowercased() == "localhost" { return true }
        guard let address = try? SocketAddress(ipAddress: host, port: 0), let text = address.ipAddress else {
            return false
        }
        return text == "::1" || (text.hasPrefix("127.") && address.protocol == .inet)
    }

    private static func split(_ authority: Substring) throws(TransportError) -> (host: Substring, port: Int?) {
        var host = authority
        var portText: Substring?
        if authority.first == "[" {
            guard let close = authority.firstIndex(of: "]") else { throw invalid("the URL's host is malformed") }
            host = authority[authority.index(after: authority.startIndex)..<close]
            let after = authority[authority.index(after: close)...]
            if after.first == ":" {
                portText = after.dropFirst()
            } else if !after.isEmpty {
                throw invalid("the URL's host is malformed")
            }
            guard (try? SocketAddress(ipAddress: String(host), port: 0))?.protocol == .inet6 else {
                throw invalid("the URL's host is not an IPv6 address")
            }
        } else {
            if let colon = authority.utf8.firstIndex(of: UInt8(ascii: ":")) {
                host = authority[..<colon]
                portText = authority[authority.utf8.index(after: colon)...]
            }
            guard !host.isEmpty, host.utf8.allSatisfy(isNameByte) else { throw invalid("the URL's host is malformed") }
        }
        guard let portText else { return (host, nil) }
        guard portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(portText),
            (1...65535).contains(port)
        else { throw invalid("the URL's port is malformed") }
        return (host, port)
    }

    /// Letters, digits, `-`, `.` and `_`: what DNS names and IPv4 addresses are written with.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }

    /// RFC 3986 section 2: unreserved and reserved characters, and `%` with two hex digits.
    private static func checkCharacters(_ text: Substring.UTF8View) throws(TransportError) {
        var hexDigitsDue = 0
        for byte in text {
            let isHex: Bool
            let isAllowed: Bool
            switch byte {
            case 0x30...0x39, 0x41...0x46, 0x61...0x66: (isHex, isAllowed) = (true, true)
            case 0x47...0x5A, 0x67...0x7A: (isHex, isAllowed) = (false, true)
            case 0x80...: throw invalid("the URL has a character that is not percent-encoded")
            default: (isHex, isAllowed) = (false, "%-._~:/?#[]@!$&'()*+,;=".utf8.contains(byte))
            }
            guard isAllowed else { throw invalid("the URL has a character that is not percent-encoded") }
            if hexDigitsDue > 0 {
                guard isHex else { throw invalid("the URL has a % without two hex digits") }
                hexDigitsDue -= 1
            } else if byte == UInt8(ascii: "%") {
                hexDigitsDue = 2
            }
        }
        if hexDigitsDue > 0 { throw invalid("the URL has a % without two hex digits") }
    }

    private static func invalid(_ reason: String) -> TransportError {
        .invalidRequest(reason: reason)
    }
}
