import Glibc

/// The hosts that are reached without a proxy, as `NO_PROXY` lists them.
///
/// There is no standard for it; this reads what curl and Go read: entries between commas or white space, each `*`
/// (everything), a host name (which covers its subdomains; a leading `.` or `*.` changes nothing), an IP address, or a
/// range like `10.0.0.0/8`. A name or address may end in `:port`, and then covers that port only.
struct NoProxyList: Hashable, Sendable {
    private enum Entry: Hashable {
        case everything
        case name(String, port: Int?)
        case network([UInt8], prefix: Int, port: Int?)
    }

    private let entries: [Entry]

    /// Entries that can't be read match nothing.
    init(_ text: String) {
        entries = text.split { $0 == "," || $0.isWhitespace }.compactMap { Self.entry(String($0)) }
    }

    /// Whether requests to `host` and `port` go without a proxy.
    func covers(host: String, port: Int) -> Bool {
        let address = Self.addressBytes(host)
        let name = Self.normalized(host)
        return entries.contains { entry in
            switch entry {
            case .everything:
                true
            case .name(let suffix, let onlyPort):
                address == nil && (onlyPort ?? port) == port && (name == suffix || name.hasSuffix("." + suffix))
            case .network(let network, let prefix, let onlyPort):
                (onlyPort ?? port) == port && address.map { Self.sharesPrefix($0, network, prefix) } ?? false
            }
        }
    }

    private static func entry(_ text: String) -> Entry? {
        if text == "*" { return .everything }
        if let slash = text.firstIndex(of: "/") {
            guard let network = addressBytes(String(text[..<slash])),
                let prefix = Int(text[text.index(after: slash)...]),
                (0...network.count * 8).contains(prefix)
            else { return nil }
            return .network(network, prefix: prefix, port: nil)
        }
        if let address = addressBytes(text) { return .network(address, prefix: address.count * 8, port: nil) }

        var host = text
        var port: Int?
        if let colon = text.lastIndex(of: ":") {
            guard let number = Int(text[text.index(after: colon)...]) else { return nil }
            port = number
            host = String(text[..<colon])
        }
        if let address = addressBytes(host) { return .network(address, prefix: address.count * 8, port: port) }
        if host.hasPrefix("*.") { host.removeFirst(2) } else if host.hasPrefix(".") { host.removeFirst() }
        return host.isEmpty ? nil : .name(normalized(host), port: port)
    }

    /// Lower case and without the dot that ends an absolute name.
    private static func normalized(_ host: String) -> String {
        let lowercased = host.lowercased()
        return lowercased.hasSuffix(".") ? String(lowercased.dropLast()) : lowercased
    }

    /// The 4 or 16 bytes of an address, with or without the brackets of IPv6.
    private static func addressBytes(_ text: String) -> [UInt8]? {
        let bare = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
        for (family, size) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: size)
            if inet_pton(family, bare, &bytes) == 1 { return bytes }
        }
        return nil
    }

    private static func sharesPrefix(_ left: [UInt8], _ right: [UInt8], _ bits: Int) -> Bool {
        guard left.count == right.count else { return false }
        let whole = bits / 8
        guard left.prefix(whole) == right.prefix(whole) else { return false }
        guard bits % 8 != 0 else { return true }
        return (left[whole] ^ right[whole]) >> UInt8(8 - bits % 8) == 0
    }
}
