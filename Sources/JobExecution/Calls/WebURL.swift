/// The parts of an absolute http or https URL that redirects, links and origins are about.
package struct WebURL: Hashable, Sendable, CustomStringConvertible {
    /// `http` or `https`.
    package let scheme: String
    /// Host and port as written, without user information.
    package let authority: String
    /// Path and query, beginning with `/`; the fragment is dropped.
    package let target: String

    /// Reads an absolute URL, or nothing where it is not one of http or https, has user information, or holds
    /// characters that no URL may hold.
    package init?(_ text: String) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let scheme = text[..<colon].lowercased()
        let rest = text[text.utf8.index(after: colon)...]
        // From here on it is ASCII, and bytes are characters.
        guard scheme == "https" || scheme == "http", rest.hasPrefix("//"), Self.isClean(text) else { return nil }
        let body = rest.utf8.dropFirst(2)
        let authority = body.prefix {
            $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
        }
        guard !authority.isEmpty, !authority.contains(UInt8(ascii: "@")) else { return nil }
        self.scheme = scheme
        self.authority = String(Substring(authority))
        target = Self.target(Substring(body[authority.endIndex...]))
    }

    private init(scheme: String, authority: String, target: String) {
        self.scheme = scheme
        self.authority = authority
        self.target = target
    }

    package var description: String { "\(scheme)://\(authority)\(target)" }

    /// Scheme, host and port with the default port spelled out (RFC 6454 section 4).
    package var origin: String {
        let host = authority.lowercased()
        let afterBracket = host.lastIndex(of: "]").map { host[host.index(after: $0)...] } ?? Substring(host)
        let hasPort = afterBracket.contains(":")
        return "\(scheme)://\(host)" + (hasPort ? "" : scheme == "https" ? ":443" : ":80")
    }

    /// Resolves a reference found in an answer: absolute, `//host/path`, `/path`, `?query` or relative to the last
    /// slash, with dot segments removed (RFC 3986 section 5.2).
    package func resolve(_ reference: String) -> WebURL? {
        guard !reference.isEmpty, Self.isClean(reference) else { return nil }
        if let absolute = WebURL(reference) { return absolute }
        if reference.hasPrefix("//") { return WebURL("\(scheme):\(reference)") }
        if let colon = reference.firstIndex(of: ":"), !reference[..<colon].contains(where: { "/?#".contains($0) }) {
            return nil
        }
        let path = target.prefix { $0 != "?" }
        let withoutFragment = reference.prefix { $0 != "#" }
        if withoutFragment.isEmpty { return self }
        if withoutFragment.hasPrefix("?") {
            return WebURL(scheme: scheme, authority: authority, target: String(path) + withoutFragment)
        }
        let query = withoutFragment.drop { $0 != "?" }
        let relative = withoutFragment.dropLast(query.count)
        let base = relative.hasPrefix("/") ? "" : String(path[...(path.lastIndex(of: "/") ?? path.startIndex)])
        return WebURL(
            scheme: scheme,
            authority: authority,
            target: Self.removingDotSegments(base + relative) + query
        )
    }

    private static func target(_ rest: Substring) -> String {
        let target = Substring(rest.utf8.prefix { $0 != UInt8(ascii: "#") })
        return target.hasPrefix("/") ? String(target) : "/" + target
    }

    /// Visible ASCII only: anything else must be percent-encoded, and a control character could split a request.
    private static func isClean(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
    }

    private static func removingDotSegments(_ path: String) -> String {
        var kept: [Substring] = []
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch segment {
            case ".": if isLast { kept.append("") }
            case "..":
                if !kept.isEmpty { kept.removeLast() }
                if isLast { kept.append("") }
            default: kept.append(segment)
            }
        }
        return "/" + kept.joined(separator: "/")
    }
}
