package import JSONBytes
package import JobSpec
package import Secrets

/// An access token and what is known about it.
package struct AccessToken: Sendable {
    /// How the granted scopes are known.
    package enum GrantSource: String, Hashable, Sendable {
        /// The response's `scope` member.
        case response
        /// The claim `scope` or `scp` of the token, which is a JWT.
        case jwtClaim = "jwt_claim"
        /// Neither is there, so the grant is what was asked for (RFC 6749 section 5.1).
        case assumed
    }

    /// Tells the tokens of one store apart, even where the server repeats a value; 0 outside a store.
    package internal(set) var serial = 0
    /// The token itself.
    package let value: Secret
    package let granted: Set<Scope>
    package let grantSource: GrantSource
    /// When it can't be used any more, on ``RunClock``: the earlier of `expires_in` and the claim `exp`; `nil` where
    /// neither is stated.
    package let expiresAt: Duration?
    /// When a new one should be fetched: the lesser of 60 s and 10 % of its life before ``expiresAt``.
    package let renewAt: Duration?
    /// The response's other members, without those that are tokens themselves; an object.
    package let members: JSONValue
    /// The claims, where the token is a signed JWT; an object.
    package let claims: JSONValue?

    /// - Parameter issuedAt: when it was asked for, on ``RunClock``: its life counts from there.
    package init(
        value: Secret,
        granted: Set<Scope>,
        grantSource: GrantSource,
        issuedAt: Duration,
        expiresAt: Duration?,
        members: JSONValue = .object([]),
        claims: JSONValue? = nil
    ) {
        self.value = value
        self.granted = granted
        self.grantSource = grantSource
        self.expiresAt = expiresAt
        self.renewAt = expiresAt.map { $0 - max(min(.seconds(60), ($0 - issuedAt) / 10), .zero) }
        self.members = members
        self.claims = claims
    }

    /// What a template's `token.NAME` stands for: the response's member, else the claim. A `null` counts as absent.
    package func member(_ name: String) -> JSONValue? {
        [members[name], claims?[name]].lazy.compactMap { $0 }.first { $0 != .null }
    }

    /// The field that carries it (RFC 6750 section 2.1).
    package var authorization: HTTPField { HTTPField("Authorization", "Bearer " + value.reveal()) }
}
