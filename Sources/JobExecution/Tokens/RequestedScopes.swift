package import JobSpec

/// The scopes of one token request: at least one.
///
/// A request without `scope`, or with an empty one, gets every scope that the client is authorised for from many servers.
/// This type makes such a request impossible to write.
package struct RequestedScopes: Hashable, Sendable {
    /// What is asked for.
    package let scopes: Set<Scope>

    /// - Returns: `nil` for an empty set.
    package init?(_ scopes: Set<Scope>) {
        guard !scopes.isEmpty else { return nil }
        self.scopes = scopes
    }

    /// The value of the `scope` parameter: sorted, separated by single spaces (RFC 6749 section 3.3).
    package var parameter: String { scopes.sorted().map(\.name).joined(separator: " ") }
}
