import JSONBytes
import JobSpec
package import Secrets

/// Reads the answer of a token endpoint (RFC 6749 sections 5.1 and 5.2), forgiving what does no harm.
package enum TokenResponse {
    /// The most bytes that a body may have.
    package static let bodyLimit = 1 << 20

    /// The instants that an answer is judged by.
    package struct Times: Sendable {
        /// When the request was sent, on ``RunClock``: a life counts from there, which errs to the safe side.
        package let requestedAt: Duration
        /// When the answer was complete, on ``RunClock``.
        package let receivedAt: Duration
        /// The same on ``WallClock``.
        package let receivedWall: Duration

        package init(requestedAt: Duration, receivedAt: Duration, receivedWall: Duration) {
            self.requestedAt = requestedAt
            self.receivedAt = receivedAt
            self.receivedWall = receivedWall
        }
    }

    /// Makes a token from an answer.
    ///
    /// - Parameters:
    ///   - body: at most ``bodyLimit`` bytes; may be empty or a web page.
    ///   - scopes: what was asked for.
    ///   - redactor: masks secrets that an error message echoes.
    package static func parse(
        _ head: HTTPResponseHead,
        body: [UInt8],
        scopes: RequestedScopes,
        times: Times,
        redactor: Redactor
    ) throws(TokenError) -> AccessToken {
        let json = try? JSONParser.parse(body)
        switch head.status {
        case 200..<300 where json?["access_token"]?.text == nil && json?["error"]?.text != nil:
            // A few servers say no with 200.
            throw TokenErrorResponse(status: head.status, body: body, json: json, redactor: redactor)
                .error(scopes: scopes, retryAfter: nil)
        case 200..<300:
            return try token(status: head.status, body: body, json: json, scopes: scopes, times: times, redactor)
        case 400..<600:
            let retryAfter = head.fields["Retry-After"].flatMap { RetryAfter.parse($0, now: times.receivedWall) }
            throw TokenErrorResponse(status: head.status, body: body, json: json, redactor: redactor)
                .error(scopes: scopes, retryAfter: retryAfter)
        case 300..<400:
            throw violation(
                head.status,
                "the token endpoint answered with a redirect (\(head.status)), which is not followed: "
                    + "the request holds the client secret",
                hint: "put the address that it redirects to into token_url, if you trust it"
            )
        default:
            throw violation(head.status, "the token endpoint answered with the status \(head.status)", hint: wrongURL)
        }
    }

    /// Whether a body is HTML rather than data: the usual answer of a wrong address, a proxy or a login page.
    static func isWebPage(_ body: [UInt8]) -> Bool {
        body.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) } == UInt8(ascii: "<")
    }

    private static let wrongURL = "is token_url right?"

    private static func violation(
        _ status: Int,
        _ reason: String,
        hint: String,
        isTransient: Bool = false
    ) -> TokenError {
        .protocolViolation(
            TokenProtocolViolation(status: status, reason: reason, hint: hint, isTransient: isTransient)
        )
    }

    private static func token(
        status: Int,
        body: [UInt8],
        json: JSONValue?,
        scopes: RequestedScopes,
        times: Times,
        _ redactor: Redactor
    ) throws(TokenError) -> AccessToken {
        guard let json, case .object(let members) = json else {
            throw notAnObject(status: status, body: body, json: json)
        }
        guard let value = json["access_token"]?.text, isSendable(value) else {
            let problem = json["access_token"] == nil ? "no access_token" : "an access_token that is no bearer token"
            let hint = "\(wrongURL) Its documentation should promise an answer as in RFC 6749 section 5.1"
            throw violation(status, "the token endpoint's answer has \(problem)", hint: hint)
        }
        if let type = json["token_type"], type != .null, type.text?.lowercased() != "bearer" {
            let name = type.text.flatMap(ServerText(redactor: redactor).clean) ?? "not a string"
            let hint = "only bearer tokens are supported; ask the API's owner for a client that gets them"
            throw violation(status, "the token endpoint issued a token of the type “\(name)”", hint: hint)
        }
        let claims = JWTClaims.decode(value)
        let (granted, source) = grant(response: json, claims: claims, asked: scopes.scopes)
        return AccessToken(
            value: Secret(value),
            granted: granted,
            grantSource: source,
            issuedAt: times.requestedAt,
            expiresAt: try expiry(status: status, json: json, claims: claims, times: times),
            members: .object(members.filter { member in !tokenMembers.contains { member.name.matches($0) } }),
            claims: claims
        )
    }

    /// Members that must not get into templates, and so into files.
    private static let tokenMembers = ["access_token", "refresh_token", "id_token"]

    private static func notAnObject(status: Int, body: [UInt8], json: JSONValue?) -> TokenError {
        if isWebPage(body) {
            return violation(status, "the token endpoint answered with a web page", hint: wrongURL)
        }
        if body.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) {
            return violation(status, "the token endpoint's answer is empty", hint: wrongURL, isTransient: true)
        }
        let problem = json == nil ? "is not valid JSON" : "is JSON, but not an object"
        return violation(status, "the token endpoint's answer \(problem)", hint: wrongURL, isTransient: json == nil)
    }

    /// Whether a token may stand in a field: visible ASCII, no space. A line break here would forge fields.
    private static func isSendable(_ value: String) -> Bool {
        !value.isEmpty && value.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static func grant(
        response: JSONValue,
        claims: JSONValue?,
        asked: Set<Scope>
    ) -> (Set<Scope>, AccessToken.GrantSource) {
        if let granted = scopes(response["scope"]) { return (granted, .response) }
        if let granted = scopes(claims?["scope"]) ?? scopes(claims?["scp"]) { return (granted, .jwtClaim) }
        return (asked, .assumed)
    }

    /// A list of scopes: a string separated by white space, or an array of such strings.
    ///
    /// - Returns: `nil` where it is missing or of another type. What is no scope token is left out.
    private static func scopes(_ value: JSONValue?) -> Set<Scope>? {
        switch value {
        case .string(let string):
            Set(string.text.split(whereSeparator: \.isWhitespace).compactMap { Scope(String($0)) })
        case .array(let elements):
            elements.reduce(into: Set()) { $0.formUnion(scopes($1.text.map(JSONValue.string)) ?? []) }
        default: nil
        }
    }

    private static func expiry(
        status: Int,
        json: JSONValue,
        claims: JSONValue?,
        times: Times
    ) throws(TokenError) -> Duration? {
        let stated = TokenLifetime.duration(json["expires_in"]).map { times.requestedAt + $0 }
        guard let exp = TokenLifetime.date(claims?["exp"]) else { return stated }
        let left = exp - times.receivedWall
        // A minute either way is what clocks are commonly forgiven; the API decides then.
        guard left > .seconds(-60) else {
            let clock = CivilDateTime(sinceEpoch: times.receivedWall)
            throw violation(
                status,
                "the token had expired when it arrived: its exp is \(CivilDateTime(sinceEpoch: exp))",
                hint: "check the clock of this machine: it says \(clock)"
            )
        }
        let claimed = times.receivedAt + left
        return stated.map { min($0, claimed) } ?? claimed
    }
}
