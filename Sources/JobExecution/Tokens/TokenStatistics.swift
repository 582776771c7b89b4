package import JobSpec

/// What the manifest tells about one token.
package struct TokenStatistics: Hashable, Sendable {
    /// What was asked for.
    package let requested: Set<Scope>
    /// What the last token was granted; `nil` before the first.
    package internal(set) var granted: Set<Scope>?
    package internal(set) var grantSource: AccessToken.GrantSource?
    /// How many tokens were received.
    package internal(set) var tokens = 0
    /// How many requests were sent to the token endpoint, retries included.
    package internal(set) var requests = 0
    /// How many fetches ended without a token.
    package internal(set) var failures = 0
    /// How many tokens the API refused while they were in use.
    package internal(set) var refusals = 0
}
