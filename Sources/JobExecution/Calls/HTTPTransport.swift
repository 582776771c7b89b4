/// Sends one HTTP request, once. Retries, redirects, tokens and pages are the executor's business, not the transport's.
///
/// There are two implementations: the real client, and the scripted one of the tests.
package protocol HTTPTransport: Sendable {
    /// Sends `request` and hands the answer to `receiver` while it arrives.
    ///
    /// Redirects are not followed. Content codings that the transport offered itself are decoded before the receiver
    /// sees a byte. Returns when the body has ended; cancellation of the task closes the connection.
    ///
    /// - Parameter timeout: bounds the whole exchange, body included; `nil` leaves only the connect and idle limits.
    /// - Throws: ``TransportError``, or `.receiver` around what the receiver threw.
    func send(
        _ request: HTTPRequest,
        timeout: Duration?,
        receiver: any HTTPResponseReceiver
    ) async throws(TransportError)
}

/// Takes an answer as it arrives. The calls come one at a time, in order, perhaps on the transport's own thread:
/// they must not block for long.
package protocol HTTPResponseReceiver: AnyObject, Sendable {
    /// The head has arrived. Throwing ends the exchange.
    func receive(head: HTTPResponseHead) throws

    /// Bytes of the body, valid for the length of the call. `.pause` asks the transport to stop reading
    /// until ``ready()`` returns: that is the back-pressure.
    func receive(_ bytes: UnsafeRawBufferPointer) throws -> BodyDemand

    /// Returns when the receiver wants more after it said `.pause`.
    func ready() async throws
}

/// What a receiver wants next.
package enum BodyDemand: Sendable {
    case more
    case pause
}

/// Why an exchange failed, split by the one question that retries ask: may the request have reached the server?
package enum TransportError: Error, Sendable {
    /// Nothing was sent: DNS, refused, TLS handshake, no connection from the pool in time. Safe to repeat for any method.
    case notSent(reason: String)
    /// Nothing was sent: the server's certificate does not prove that it is the host of the URL (RFC 9110 section
    /// 4.3.4). Somebody must act before another attempt can end differently.
    case untrusted(reason: String)
    /// Nothing was sent: the proxy on the way does not take the credentials, or wants some (RFC 9110 section 15.5.8).
    /// Somebody must act here as well.
    case refusedByProxy(reason: String)
    /// The request went out, or part of it, and the answer did not come whole: the outcome is unknown.
    case lost(reason: String)
    /// `timeout` passed. `sent` says whether the request may have reached the server.
    case timedOut(sent: Bool)
    /// The server's answer was not HTTP, or broke its own framing.
    case invalidAnswer(reason: String)
    /// The request itself can't be sent (bad URL, forbidden header).
    case invalidRequest(reason: String)
    /// The receiver ended the exchange.
    case receiver(any Error)
    case cancelled
}
