import JobSpec
import Secrets

/// Writes the access token request of the client credentials grant (RFC 6749 section 4.4.2).
package enum TokenRequest {
    /// Builds the request; the same arguments give the same bytes.
    ///
    /// The credentials stand in the body or in the `Authorization` field, never in the URL, which logs tend to keep.
    package static func build(_ credentials: ClientCredentials, scopes: RequestedScopes) -> HTTPRequest {
        var form = [(name: "grant_type", value: "client_credentials"), (name: "scope", value: scopes.parameter)]
        if let audience = credentials.audience { form.append((name: "audience", value: audience)) }
        var fields: HTTPFields = [
            HTTPField("Accept", "application/json"),
            HTTPField("Content-Type", "application/x-www-form-urlencoded"),
        ]
        let (id, secret) = (credentials.clientID.reveal(), credentials.clientSecret.reveal())
        switch credentials.authentication {
        case .post:
            form += [(name: "client_id", value: id), (name: "client_secret", value: secret)]
        case .basic:
            fields.add("Authorization", basic(PercentEncoding.component(id), PercentEncoding.component(secret)))
        case .basicRaw:
            fields.add("Authorization", basic(id, secret))
        }
        return HTTPRequest(
            method: "POST",
            url: credentials.tokenURL,
            fields: fields,
            body: Array(FormEncoding.encode(form).utf8)
        )
    }

    private static func basic(_ id: String, _ secret: String) -> String {
        "Basic " + Base64.encode(Array("\(id):\(secret)".utf8))
    }
}
