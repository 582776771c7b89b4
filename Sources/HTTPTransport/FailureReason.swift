import AsyncHTTPClient
import Glibc
import JobExecution
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

/// Sorts what the client, the TLS library and the sockets throw into the cases that retries distinguish.
enum FailureReason {
    /// - Parameters:
    ///   - sent: whether the request had begun to go out. Before that, every failure is one of connecting.
    ///   - host: the host of the request, for the texts.
    static func transportError(for error: any Error, sent: Bool, host: String) -> TransportError {
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
            break
        }
        let reason = text(for: error, host: host)
        return sent ? .lost(reason: reason) : .notSent(reason: reason)
    }

    private static func clientError(_ error: HTTPClientError, sent: Bool) -> TransportError? {
        switch error {
        case .cancelled, .alreadyShutdown: .cancelled
        case .deadlineExceeded: .timedOut(sent: sent)
        case .readTimeout, .writeTimeout: .timedOut(sent: true)
        case .emptyHost, .emptyScheme, .invalidURL: .invalidRequest(reason: "the URL can't be read")
        default: nil
        }
    }

    private static func text(for error: any Error, host: String) -> String {
        switch error {
        case let error as HTTPClientError: text(for: error, host: host)
        case let error as NIOConnectionError: text(for: error)
        case let error as SocketAddressError: "DNS gave no address for \(host) (\(error))"
        case let error as IOError: text(for: error, host: host)
        case let error as ChannelError: text(for: error, host: host)
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            "TLS: the certificate is not for \(host)"
        case NIOSSLError.handshakeFailed(let reason): handshakeText(for: reason, host: host)
        case let error as NIOSSLError: "TLS with \(host) failed: \(error)"
        case let error as HTTPParserError: "the proxy's answer is not valid HTTP: \(error.text)"
        default: "\(type(of: error)): \(error)"
        }
    }

    private static func text(for error: HTTPClientError, host: String) -> String {
        switch error {
        case .connectTimeout: "no connection to \(host) within the connect timeout"
        case .tlsHandshakeTimeout: "TLS: no handshake with \(host) within the connect timeout"
        case .httpProxyHandshakeTimeout, .socksHandshakeTimeout: "the proxy did not answer within the connect timeout"
        case .getConnectionFromPoolTimeout: "no connection became free within the connect timeout"
        case .remoteConnectionClosed: "\(host) closed the connection"
        case .proxyAuthenticationRequired: "the proxy wants credentials (407)"
        case .invalidProxyResponse: "the proxy refused the connection"
        default: error.shortDescription
        }
    }

    private static func text(for error: ChannelError, host: String) -> String {
        switch error {
        case .connectTimeout: "no connection to \(host) within the connect timeout"
        case .ioOnClosedChannel, .alreadyClosed, .eof: "the connection to \(host) was closed"
        default: String(describing: error)
        }
    }

    /// A name that could not be resolved, or what the last address tried answered.
    private static func text(for error: NIOConnectionError) -> String {
        if let last = error.connectionErrors.last { return text(for: last.error, host: error.host) }
        return "DNS gave no address for \(error.host)"
    }

    private static func text(for error: IOError, host: String) -> String {
        switch error.errnoCode {
        case ECONNREFUSED: "\(host) refused the connection"
        case ECONNRESET, EPIPE: "\(host) reset the connection"
        case EHOSTUNREACH, ENETUNREACH: "there is no route to \(host)"
        case ETIMEDOUT: "the connection to \(host) timed out"
        case EMFILE, ENFILE: "too many open files"
        default: "\(host): \(error)"
        }
    }

    /// The TLS library says no more about a certificate than that it could not be verified.
    private static func handshakeText(for reason: BoringSSLError, host: String) -> String {
        let text = String(describing: reason)
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "TLS: the certificate of \(host) could not be verified: its issuer is unknown, or it is expired or "
                + "not yet valid"
        }
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
