/// Whether sending a request twice is the same as sending it once.
package enum Repeatability: Hashable, Sendable {
    /// It is: by the method's definition, or because the server recognises the second one by its idempotency key.
    case idempotent
    /// It isn't: repeat it only when the server can't have acted on it.
    case unsafe

    /// - Parameters:
    ///   - method: case-sensitive, as RFC 9110 section 9.1 has it; section 9.2.2 lists the idempotent ones. An unknown
    ///     method is unsafe.
    ///   - hasIdempotencyKey: whether the step declares an `idempotency_key`, which makes any method repeatable.
    package init(method: String, hasIdempotencyKey: Bool) {
        let idempotent = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"].contains(method)
        self = idempotent || hasIdempotencyKey ? .idempotent : .unsafe
    }
}
