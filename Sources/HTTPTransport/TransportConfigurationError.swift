/// Why a transport can't be made from its configuration. The texts hold no part of a proxy URL, which may have a password.
package enum TransportConfigurationError: Error, Hashable, CustomStringConvertible {
    /// The PEM file with additional certificates can't be read, or holds none.
    case unusableTrustRoots(path: String, reason: String)
    /// A proxy URL can't be used. `source` is the name of the variable or setting that it came from.
    case unusableProxy(source: String, reason: String)

    package var description: String {
        switch self {
        case .unusableTrustRoots(let path, let reason): "can't use the certificates of \(path): \(reason)"
        case .unusableProxy(let source, let reason): "can't use the proxy of \(source): \(reason)"
        }
    }
}
