import Foundation
import Glibc

/// A port of this machine on which nobody listens, and on which nobody can while this object lives: a connection to it
/// is refused.
final class ClosedPort: Sendable {
    /// The port's number.
    let number: Int
    private let descriptor: Int32

    /// Takes a free port, without listening.
    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        number = Int(UInt16(bigEndian: address.sin_port))
        guard result == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
    }

    deinit { close(descriptor) }

    /// `http://127.0.0.1:PORT`.
    var url: String { "http://127.0.0.1:\(number)" }
}
