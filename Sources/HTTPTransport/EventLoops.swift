import AsyncHTTPClient

/// The threads that all exchanges of this process run on.
package enum EventLoops {
    /// Starts them, unless they run already. The first transport does so itself; this is for whoever has something else to
    /// do meanwhile.
    package static func start() { _ = HTTPClient.defaultEventLoopGroup }
}
