import Glibc
import NIOCore
import NIOSSL

/// Whom a server's certificate must be for: the host of the URL, by its spelling there (RFC 9110 section 4.3.4).
///
/// The TLS library's own check is wider than that: it takes a certificate for the address that the connection leads
/// to, whatever name was asked for, and behind a proxy that address is the proxy's. It also falls back to the common
/// name. So both checks must pass.
package struct ServerIdentity: Hashable, Sendable {
    /// Lower case, without a dot at its end, and without the brackets of an IPv6 address.
    package let host: String
    /// The bytes of the address in network order, where the host is one.
    private let address: [UInt8]?

    package init(host: String) {
        self.host = (host.last == "." ? String(host.dropLast()) : host).lowercased()
        address = Self.bytes(ofAddress: host)
    }

    /// Whether the host is an IP address rather than a name.
    package var isAddress: Bool { address != nil }

    /// Whether a certificate with the subjectAltName `dnsName` proves this identity. Names prove only names, and `*`
    /// stands for the whole leftmost label or for nothing (RFC 9525 section 6.3).
    package func isProved(dnsName: some Collection<UInt8>) -> Bool {
        guard !isAddress else { return false }
        var pattern = dnsName.map(Self.lowercased)[...]
        if pattern.last == UInt8(ascii: ".") { pattern.removeLast() }
        var name = Array(host.utf8)[...]
        if pattern.starts(with: "*.".utf8) {
            pattern.removeFirst()
            name = name.drop { $0 != UInt8(ascii: ".") }
            // What is left must be a domain of its own: `*.` is not one.
            guard pattern.count > 1 else { return false }
        }
        return !pattern.isEmpty && !pattern.contains(UInt8(ascii: "*")) && pattern.elementsEqual(name)
    }

    /// Whether a certificate with the subjectAltName `ipAddress`, 4 or 16 bytes, proves this identity.
    package func isProved(ipAddress: some Collection<UInt8>) -> Bool {
        address.map { $0.elementsEqual(ipAddress) } ?? false
    }

    func isProved(by certificate: NIOSSLCertificate) -> Bool {
        certificate._subjectAlternativeNames().contains { name in
            switch name.nameType {
            case .dnsName: isProved(dnsName: name.contents)
            case .ipAddress: isProved(ipAddress: name.contents)
            default: false
            }
        }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }

    private static func bytes(ofAddress host: String) -> [UInt8]? {
        for (family, length) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: length)
            if inet_pton(family, host, &bytes) == 1 { return bytes }
        }
        return nil
    }
}

/// The server's certificate is not for the host that was asked for.
struct WrongServerIdentity: Error {}

extension ServerIdentity {
    /// Checks the certificate of a connection whose handshake is done, before any request. A failure closes it.
    ///
    /// To be called on the channel's event loop.
    func check(_ channel: any Channel) -> EventLoopFuture<Void> {
        do {
            guard let certificate = try channel.pipeline.syncOperations.nioSSL_peerCertificate(),
                isProved(by: certificate)
            else { throw WrongServerIdentity() }
            return channel.eventLoop.makeSucceededVoidFuture()
        } catch {
            // The pool hears of the failure first: to it, a connection that isn't ready can't close.
            channel.eventLoop.execute { channel.close(promise: nil) }
            return channel.eventLoop.makeFailedFuture(error)
        }
    }
}
