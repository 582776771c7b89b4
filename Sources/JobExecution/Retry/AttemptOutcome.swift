/// How one attempt at a request ended, as far as retries care.
package enum AttemptOutcome: Sendable {
    /// An answer arrived whole.
    ///
    /// - Parameter retryAfter: what ``RetryAfter`` read from the answer, if it had the field.
    case response(status: Int, retryAfter: Duration?)
    /// A success whose body was cut, or was not what it should be (`reason`, in plain English).
    case brokenBody(reason: String)
    /// No whole answer arrived.
    case transport(TransportError)

    /// Reads the outcome from a response's head.
    ///
    /// - Parameter wallNow: the civil time, for a `Retry-After` in the form of a date.
    package init(_ head: HTTPResponseHead, wallNow: Duration) {
        let retryAfter = head.fields["Retry-After"].flatMap { RetryAfter.parse($0, now: wallNow) }
        self = .response(status: head.status, retryAfter: retryAfter)
    }
}
