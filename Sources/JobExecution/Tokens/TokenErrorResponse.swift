import JSONBytes
import Secrets

/// Turns an unsuccessful answer of the token endpoint into a ``TokenError`` (RFC 6749 section 5.2).
///
/// The body may be the object of the RFC, some other JSON, a web page or nothing.
struct TokenErrorResponse {
    let status: Int
    let code: String?
    let detail: String?
    private let isWebPage: Bool

    /// - Parameter json: the body, where it is JSON.
    init(status: Int, body: [UInt8], json: JSONValue?, redactor: Redactor) {
        let text = ServerText(redactor: redactor)
        self.status = status
        isWebPage = TokenResponse.isWebPage(body)
        let error = json?["error"]
        let code = error?.text ?? error?["code"]?.text
        // The codes of the RFC are no secrets, even where a client id is a part of one.
        self.code = code.flatMap { Self.standardCodes.contains($0) ? $0 : text.clean($0) }
        let details = [json?["error_description"], json?["message"], json?["detail"], error?["message"]]
        detail = details.lazy.compactMap { $0?.text }.first.flatMap(text.clean)
    }

    private static let standardCodes: Set<String> = [
        "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
        "invalid_scope", "invalid_target", "access_denied", "temporarily_unavailable", "server_error", "slow_down",
    ]

    /// - Parameter scopes: what was asked for, for the hint.
    func error(scopes: RequestedScopes, retryAfter: Duration?) -> TokenError {
        if isTemporary {
            let code = code.map { ": \($0)" } ?? ""
            let detail = detail.map { " (“\($0)”)" } ?? ""
            let reason = "the token endpoint answered \(status)\(code)\(detail)"
            return .unavailable(TokenUnavailability(status: status, reason: reason, retryAfter: retryAfter))
        }
        return .refused(TokenRefusal(status: status, code: code, detail: detail, hint: hint(scopes: scopes)))
    }

    private var isTemporary: Bool {
        switch code {
        case "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
            "invalid_scope", "invalid_target", "access_denied":
            status == 429
        case "temporarily_unavailable", "server_error", "slow_down": true
        default: status >= 500 || status == 429 || status == 408
        }
    }

    private func hint(scopes: RequestedScopes) -> String {
        switch (code, status) {
        case ("invalid_client", _):
            Self.credentialsHint
        case ("invalid_scope", _):
            "asked for “\(scopes.parameter)”: check the scopes of the steps, and ask the API's owner which of them "
                + "this client is authorised for"
        case ("unauthorized_client", _), ("access_denied", _):
            "ask the API's owner to allow this client the client credentials grant for “\(scopes.parameter)” and "
                + "this audience"
        case ("unsupported_grant_type", _):
            "this endpoint does not offer the client credentials grant: is token_url right?"
        case ("invalid_target", _):
            "the authorization server does not know the audience: check audience"
        case ("invalid_request", _), ("invalid_grant", _):
            "check audience and client_auth of the environment against the API's documentation"
        case (nil, _) where isWebPage:
            "the token endpoint answered with a web page: is token_url right?"
        case (_, 401), (_, 403):
            Self.credentialsHint
        case (_, 404), (_, 405), (_, 410):
            "there is no token endpoint at this address: is token_url right?"
        default:
            "check token_url, audience, client_id, client_secret and client_auth of the environment"
        }
    }

    private static let credentialsHint =
        "check that client_id and client_secret name the right secrets, belong to this environment and hold no stray "
        + "character; some servers want the other client_auth (post or basic)"
}
