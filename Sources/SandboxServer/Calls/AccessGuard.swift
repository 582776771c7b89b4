import NIOHTTP1

/// Decides whether a call of the API may be made: token, life, audience, partner, scope, in this order.
struct AccessGuard: Sendable {
    let configuration: SandboxConfiguration
    let registry: TokenRegistry

    /// The answer to a request that may not be made; nil if it may.
    func refusal(of request: SandboxRequest, _ route: Route) -> SandboxAnswer? {
        guard let partner = route.partner else { return nil }
        guard request.header("Authorization") != nil else {
            // RFC 6750 section 3.1: no error code for a client that showed nothing.
            return .message(
                .unauthorized,
                code: "api.unauthorized",
                "The call needs a bearer token",
                headers: [("WWW-Authenticate", "Bearer realm=\"sandbox\"")]
            )
        }
        guard let token = request.bearerToken, let grant = registry.grant(of: token) else {
            return Self.unauthorized("The token is not one of this service")
        }
        guard grant.expires > .now else {
            // RFC 6750 would have 401 here. Kiva answers 403, as for a missing scope.
            return Self.forbidden("The token has expired", error: "invalid_token")
        }
        guard grant.audience == configuration.audience || configuration.otherAudiences.contains(grant.audience) else {
            return Self.forbidden("The token is for another audience", error: "invalid_token")
        }
        guard partner == configuration.partnerID else {
            return Self.forbidden("The token is for partner \(configuration.partnerID)", error: "invalid_token")
        }
        if let scope = route.scope(for: request.method), !grant.scopes.contains(scope.rawValue) {
            return Self.forbidden(
                "The call needs the scope \(scope.rawValue)",
                error: "insufficient_scope\", scope=\"\(scope.rawValue)"
            )
        }
        return nil
    }

    /// Ends the life of the token that a request bears, if it bears one.
    func expireToken(of request: SandboxRequest) {
        if let token = request.bearerToken {
            registry.expire(token, now: .now)
        }
    }

    static func unauthorized(_ message: String) -> SandboxAnswer {
        .message(
            .unauthorized,
            code: "api.unauthorized",
            message,
            headers: [("WWW-Authenticate", "Bearer realm=\"sandbox\", error=\"invalid_token\"")]
        )
    }

    private static func forbidden(_ message: String, error: String) -> SandboxAnswer {
        .message(
            .forbidden,
            code: "api.forbidden",
            message,
            headers: [("WWW-Authenticate", "Bearer realm=\"sandbox\", error=\"\(error)\"")]
        )
    }
}
