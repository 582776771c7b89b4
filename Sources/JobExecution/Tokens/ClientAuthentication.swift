/// How a client proves who it is at the token endpoint: the `client_auth` key (RFC 6749 section 2.3.1).
package enum ClientAuthentication: Hashable, Sendable {
    /// `client_secret_post`: id and secret are members of the form.
    case post
    /// `client_secret_basic`: id and secret are HTTP Basic credentials.
    case basic(encoding: BasicEncoding)

    /// What happens to id and secret before they become Basic credentials.
    package enum BasicEncoding: Hashable, Sendable {
        /// Each is form-encoded first, as RFC 6749 section 2.3.1 says; a space becomes `%20`.
        case standard
        /// They go as they are (RFC 7617), for the many servers that don't decode them. An id with a colon can't
        /// be told from its secret this way.
        case raw
    }
}
