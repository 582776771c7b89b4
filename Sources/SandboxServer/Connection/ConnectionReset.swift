import Glibc
import NIOCore
import NIOSSL

/// Ends a connection with a TCP reset, so that the client reads `ECONNRESET` and not an orderly end.
enum ConnectionReset {
    /// Resets a connection. What was written but not yet sent is lost, as is meant.
    static func perform(on channel: any Channel) {
        guard let socket = channel as? any SocketOptionProvider else {
            channel.close(promise: nil)
            return
        }
        // socket(7): with a linger time of zero, close sends RST and throws the send buffer away.
        socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated().whenComplete { _ in
            // TLS would say goodbye first. From the TLS handler's own place in the pipeline, close goes to the socket.
            let operations = channel.pipeline.syncOperations
            if let tls = try? operations.context(handlerType: NIOSSLServerHandler.self) {
                tls.close(promise: nil)
            } else {
                channel.close(promise: nil)
            }
        }
    }
}
