import NIOHTTP1

/// The token endpoint: RFC 6749 section 4.4, with Kiva's `audience` and its own members in the answer.
struct TokenEndpoint: Sendable {
    let configuration: SandboxConfiguration
    /// The issuer that tokens name: the sandbox itself.
    let issuer: String
    let key: SigningKey
    let registry: TokenRegistry

    /// Answers a `POST` to the endpoint.
    func respond(to request: SandboxRequest) -> SandboxAnswer {
        do throws(TokenError) {
            return try issue(request)
        } catch {
            return error.answer
        }
    }

    private func issue(_ request: SandboxRequest) throws(TokenError) -> SandboxAnswer {
        let fields = try form(request)
        try authenticate(fields, authorization: request.header("Authorization"))
        guard let grantType = fields["grant_type"] else {
            throw .invalidRequest("grant_type is missing")
        }
        guard grantType == "client_credentials" else {
            throw .unsupportedGrantType
        }
        guard let audience = fields["audience"] else {
            throw .invalidRequest("audience is missing")
        }
        guard audience == configuration.audience || configuration.otherAudiences.contains(audience) else {
            throw .invalidRequest("audience is not known here")
        }
        let scopes = try grantedScopes(asked: fields["scope"])
        return try token(scopes: scopes, audience: audience)
    }

    /// The fields of the body. Empty ones count as left out, and none may come twice (RFC 6749 section 3.2).
    private func form(_ request: SandboxRequest) throws(TokenError) -> [String: String] {
        guard request.mediaType == "application/x-www-form-urlencoded" else {
            throw .invalidRequest("the body has to be application/x-www-form-urlencoded")
        }
        guard let pairs = FormURLEncoding.fields(request.body) else {
            throw .invalidRequest("the body is not well encoded")
        }
        var fields: [String: String] = [:]
        var seen: Set<String> = []
        for (name, value) in pairs {
            guard seen.insert(name).inserted else {
                throw .invalidRequest("a parameter is there twice")
            }
            fields[name] = value.isEmpty ? nil : value
        }
        return fields
    }

    /// Checks the client, which shows its secret in the body or in a Basic header, not in both (RFC 6749 section 2.3).
    private func authenticate(_ fields: [String: String], authorization: String?) throws(TokenError) {
        guard let authorization else {
            guard let id = fields["client_id"], let secret = fields["client_secret"],
                isClient(id: id, secret: secret)
            else { throw .invalidClient(basic: false) }
            return
        }
        guard fields["client_secret"] == nil else {
            throw .invalidRequest("the client authenticates in two ways at once")
        }
        guard let (id, secret) = basicCredentials(authorization), isClient(id: id, secret: secret),
            fields["client_id"] ?? id == id
        else { throw .invalidClient(basic: true) }
    }

    private func isClient(id: String, secret: String) -> Bool {
        // String equality is canonical equivalence; credentials are bytes.
        id.utf8.elementsEqual(configuration.clientID.utf8)
            && secret.utf8.elementsEqual(configuration.clientSecret.utf8)
    }

    /// Reads a Basic header (RFC 7617), whose halves are form-encoded unless the configuration says otherwise.
    private func basicCredentials(_ authorization: String) -> (id: String, secret: String)? {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "basic", let bytes = Base64URL.decodeStandard(parts[1]),
            let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        let (id, secret) = (bytes[..<colon], bytes[(colon + 1)...])
        switch configuration.basicCredentials {
        case .formURLEncoded:
            guard let id = FormURLEncoding.decode(id), let secret = FormURLEncoding.decode(secret) else { return nil }
            return (id, secret)
        case .raw:
            return (String(decoding: id, as: UTF8.self), String(decoding: secret, as: UTF8.self))
        }
    }

    /// The intersection of what is asked and what is authorized; everything authorized if nothing is asked.
    private func grantedScopes(asked: String?) throws(TokenError) -> [String] {
        guard let asked else { return configuration.authorizedScopes }
        let names = asked.split(separator: " ").map(String.init)
        let granted = configuration.authorizedScopes.filter(names.contains)
        guard !granted.isEmpty else {
            throw .invalidScope
        }
        return granted
    }

    private func token(scopes: [String], audience: String) throws(TokenError) -> SandboxAnswer {
        let lifetime = configuration.tokenTTL
        let tokenID = Self.newTokenID()
        var claims: [UInt8] = []
        claims.append("{\"aud\":[")
        claims.append(jsonString: audience)
        claims.append("],\"scope\":[")
        for (index, scope) in scopes.enumerated() {
            if index > 0 {
                claims.append(",")
            }
            claims.append(jsonString: scope)
        }
        claims.append("],")
        claims.append(member: "iss", issuer)
        claims.append(",")
        claims.append(member: "partnerId", configuration.partnerID)
        claims.append(",")
        claims.append(member: "exp", WallClock.unixTime() + lifetime.components.seconds)
        claims.append(",")
        claims.append(member: "jti", tokenID)
        claims.append(",")
        claims.append(member: "client_id", configuration.clientID)
        claims.append("}")
        let token: String
        do throws(SandboxError) {
            token = try key.sign(claims: claims)
        } catch {
            throw .server("\(error)")
        }
        registry.add(
            token,
            TokenRegistry.Grant(scopes: scopes, audience: audience, expires: .now.advanced(by: lifetime))
        )

        var body: [UInt8] = []
        body.append("{")
        body.append(member: "access_token", token)
        body.append(",\"token_type\":\"bearer\",")
        body.append(member: "expires_in", lifetime.components.seconds)
        body.append(",")
        body.append(member: "scope", scopes.joined(separator: " "))
        body.append(",")
        body.append(member: "iss", issuer)
        body.append(",")
        body.append(member: "partnerId", configuration.partnerID)
        body.append(",")
        body.append(member: "jti", tokenID)
        body.append("}")
        return SandboxAnswer(status: .ok, headers: TokenError.uncached, body: body)
    }

    /// 160 random bits, as many as Kiva's own token ids have.
    private static func newTokenID() -> String {
        var generator = SystemRandomNumberGenerator()
        return Base64URL.encode((0..<20).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }
}
