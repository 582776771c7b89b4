import NIOHTTP1

/// Why no token is issued: the errors of RFC 6749 section 5.2.
enum TokenError: Error, Sendable {
    case invalidRequest(String)
    case invalidClient(basic: Bool)
    case unsupportedGrantType
    case invalidScope
    case server(String)

    /// RFC 6749 section 5.1: a token, and an error in its place, must not be cached.
    static let uncached = [("Cache-Control", "no-store"), ("Pragma", "no-cache")]

    /// The error as the client gets it.
    var answer: SandboxAnswer {
        switch self {
        case .invalidRequest(let description):
            Self.answer(.badRequest, "invalid_request", description)
        case .invalidClient(let basic):
            Self.answer(
                .unauthorized,
                "invalid_client",
                "the client is unknown or its secret is wrong",
                headers: basic ? [("WWW-Authenticate", "Basic realm=\"sandbox\"")] : []
            )
        case .unsupportedGrantType:
            Self.answer(.badRequest, "unsupported_grant_type", "only client_credentials is served")
        case .invalidScope:
            Self.answer(.badRequest, "invalid_scope", "the partner is authorized for none of these scopes")
        case .server(let reason):
            Self.answer(.internalServerError, "server_error", reason)
        }
    }

    private static func answer(
        _ status: HTTPResponseStatus,
        _ error: String,
        _ description: String,
        headers: [(String, String)] = []
    ) -> SandboxAnswer {
        var body: [UInt8] = []
        body.append("{")
        body.append(member: "error", error)
        body.append(",")
        body.append(member: "error_description", description)
        body.append("}")
        return SandboxAnswer(status: status, headers: uncached + headers, body: body)
    }
}
