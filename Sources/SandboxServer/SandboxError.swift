/// Why a sandbox could not start.
package enum SandboxError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Another program listens on the port.
    case portInUse(host: String, port: Int)
    /// The host and port can't be listened on, for another reason than ``portInUse(host:port:)``.
    case cannotListen(host: String, port: Int, reason: String)
    /// The certificate or the key can't be read, or they don't fit together.
    case unusableTLS(file: String, reason: String)
    /// A member of the configuration has a value that can't be served; `remedy` says what to write instead.
    case invalidConfiguration(member: String, value: String, remedy: String)
    /// The signing key for the tokens can't be made.
    case noSigningKey(reason: String)

    package var description: String {
        switch self {
        case .portInUse(let host, let port):
            "port \(port) on \(host) is in use; take another one, or 0 for any free port"
        case .cannotListen(let host, let port, let reason):
            "can't listen on \(host) port \(port): \(reason)"
        case .unusableTLS(let file, let reason):
            "can't serve TLS with \(file): \(reason)"
        case .invalidConfiguration(let member, let value, let remedy):
            "\(member) can't be \(value): \(remedy)"
        case .noSigningKey(let reason):
            "can't make the key that signs tokens: \(reason)"
        }
    }
}
