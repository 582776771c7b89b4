import AsyncHTTPClient
import Glibc
import JobExecution
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

/// Sorts what the client, the TLS library and the sockets throw into the cases that retries distinguish.
struct FailureReason {
    /// The host of the request, for the texts.
    let host: String
    /// The proxy on the way, which is then the other end of the socket.
    let proxy: ProxyEndpoint?
    /// Whether the transport was shut down, or else the client speaks of cancelling where it drops requests of its own
    /// accord: it does when HTTP/2 connections end.
    let isShutDown: Bool

    /// - Parameter sent: whether the request had begun to go out. Before that, every failure is one of connecting.
    func transportError(for error: any Error, sent: Bool) -> TransportError {
        switch error {
        case let error as HTTPClientError:
            if let known = clientError(error, sent: sent) { return known }
        case let error as HTTPParserError where sent:
            return error.isTruncation
                ? .lost(reason: "the connection closed within the answer")
                : .invalidAnswer(reason: "the answer is not valid HTTP: \(error.text)")
        case let error as NIOHTTPDecompression.DecompressionError:
            return .invalidAnswer(reason: error.text)
        case let error as NIOHTTPDecompression.ExtraDecompressionError:
            return error == .truncatedData
                ? .lost(reason: "the compressed body ends too early")
                : .invalidAnswer(reason: "bytes follow the compressed body")
        case NIOSSLError.uncleanShutdown where sent:
            return .lost(reason: "the connection closed within the answer")
        default:
            if !sent, let reason = distrust(for: error) { return .untrusted(reason: "TLS: " + reason) }
        }
        let reason = text(for: error)
        return sent ? .lost(reason: reason) : .notSent(reason: reason)
    }

    private func clientError(_ error: HTTPClientError, sent: Bool) -> TransportError? {
        switch error {
        case .alreadyShutdown: .cancelled
        case .cancelled where isShutDown: .cancelled
        case .deadlineExceeded: .timedOut(sent: sent)
        case .readTimeout, .writeTimeout: .timedOut(sent: true)
        case .emptyHost, .emptyScheme, .invalidURL: .invalidRequest(reason: "the URL can't be read")
        case .proxyAuthenticationRequired: .refusedByProxy(reason: text(for: error))
        default: nil
        }
    }

    /// What is wrong with the server's certificate, if that is the failure. The TLS library says no more than that the
    /// certificate could not be verified.
    private func distrust(for error: any Error) -> String? {
        switch error {
        case is WrongServerIdentity:
            return "the certificate is not for \(host)"
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            return "the certificate is not for \(host)"
        case let error as NIOSSLExtraError where error == .serverHostnameImpossibleToMatch:
            return "no certificate can be for \(host): it is not a DNS name"
        case NIOSSLError.handshakeFailed(let reason)
        where String(describing: reason).contains("CERTIFICATE_VERIFY_FAILED"):
            return
                "the certificate of \(host) could not be verified: its issuer is unknown, or it is expired or not yet "
                + "valid"
        default: return nil
        }
    }

    private func text(for error: any Error) -> String {
        switch error {
        case let error as HTTPClientError: text(for: error)
        case let error as NIOConnectionError: text(for: error)
        case let error as SocketAddressError: "DNS gave no address for \(peer) (\(error))"
        case let error as IOError: text(for: error)
        case let error as ChannelError: text(for: error)
        case NIOSSLError.handshakeFailed(let reason): text(for: reason)
        case let error as NIOSSLError: "TLS with \(host) failed: \(error)"
        case let error as HTTPParserError: "the answer of \(peer) is not valid HTTP: \(error.text)"
        case _ where String(reflecting: type(of: error)).hasPrefix("NIOSOCKS."):
            "\(peer) did not connect to \(host): \(error)"
        default: "\(type(of: error)): \(error)"
        }
    }

    /// The other end of the socket.
    private var peer: String { proxy.map { "the proxy \($0.authority)" } ?? host }

    /// Where a connection that takes too long should have led.
    private var destination: String { proxy == nil ? host : "\(host) through \(peer)" }

    private func text(for error: HTTPClientError) -> String {
        switch error {
        case .connectTimeout: "no connection to \(destination) within the connect timeout"
        case .tlsHandshakeTimeout: "TLS: no handshake with \(destination) within the connect timeout"
        case .httpProxyHandshakeTimeout, .socksHandshakeTimeout: "\(peer) did not answer within the connect timeout"
        case .getConnectionFromPoolTimeout: "no connection to \(host) became free within the connect timeout"
        case .remoteConnectionClosed, .cancelled: "\(peer) closed the connection"
        case .proxyAuthenticationRequired:
            proxy?.credentials == nil
                ? "\(peer) wants credentials (407)" : "\(peer) does not take the credentials (407)"
        case .invalidProxyResponse: "\(peer) refused to connect to \(host)"
        default: error.shortDescription
        }
    }

    private func text(for error: ChannelError) -> String {
        switch error {
        case .connectTimeout: "no connection to \(destination) within the connect timeout"
        case .ioOnClosedChannel, .alreadyClosed, .eof: "the connection to \(destination) was closed"
        default: String(describing: error)
        }
    }

    /// A name that could not be resolved, or what the last address tried answered.
    private func text(for error: NIOConnectionError) -> String {
        if let last = error.connectionErrors.last { return text(for: last.error) }
        return "DNS gave no address for \(peer)"
    }

    private func text(for error: IOError) -> String {
        switch error.errnoCode {
        case ECONNREFUSED: "\(peer) refused the connection"
        case ECONNRESET, EPIPE: "\(peer) reset the connection"
        case EHOSTUNREACH, ENETUNREACH: "there is no route to \(peer)"
        case ETIMEDOUT: "the connection to \(peer) timed out"
        case EMFILE, ENFILE: "too many open files"
        default: "\(peer): \(error)"
        }
    }

    private func text(for reason: BoringSSLError) -> String {
        let text = String(describing: reason)
        if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
            return "TLS: \(host) does not speak TLS on this port"
        }
        if text.contains("EOF during handshake") { return "TLS: \(host) closed the connection in the handshake" }
        return "TLS handshake with \(host) failed: \(text)"
    }
}

extension HTTPParserError {
    /// Whether the connection ended before the message did.
    fileprivate var isTruncation: Bool {
        self == .invalidEOFState || self == .closedConnection
    }

    fileprivate var text: String {
        switch self {
        case .headerOverflow: "its header is too large"
        case .invalidContentLength: "its Content-Length is not a number"
        case .unexpectedContentLength: "it has two lengths"
        case .invalidChunkSize: "the size of a chunk is not a number"
        case .invalidVersion: "its version is unknown"
        case .invalidStatus: "its status is not a number"
        case .invalidConstant: "it does not begin with HTTP"
        default: String(describing: self)
        }
    }
}

extension NIOHTTPDecompression.DecompressionError {
    fileprivate var text: String {
        self == .limit
            ? "the compressed body grows beyond the allowed ratio" : "the compressed body is damaged"
    }
}
