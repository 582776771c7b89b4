package import JobSpec
package import Secrets

/// Who asks for tokens, and where: what an environment says about its token endpoint.
package struct ClientCredentials: Hashable, Sendable {
    /// The absolute URL of the token endpoint.
    package let tokenURL: String
    /// The API that the tokens are for, as the authorization server names it; left out of the request where `nil`.
    package let audience: String?
    package let clientID: Secret
    package let clientSecret: Secret
    package let authentication: ClientAuth

    package init(
        tokenURL: String,
        audience: String?,
        clientID: Secret,
        clientSecret: Secret,
        authentication: ClientAuth = .post
    ) {
        self.tokenURL = tokenURL
        self.audience = audience
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.authentication = authentication
    }

    /// ``tokenURL`` for messages: without user information, query and fragment, which may hold secrets.
    package var displayURL: String {
        let path = tokenURL.prefix { $0 != "?" && $0 != "#" }
        guard let scheme = path.firstRange(of: "://") else { return String(path) }
        let authority = path[scheme.upperBound...].prefix { $0 != "/" && $0 != "\\" }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        return String(path[..<scheme.upperBound] + host + path[authority.endIndex...])
    }
}
