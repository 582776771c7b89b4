import JSONBytes
import SandboxServer
import Testing

@Suite("The token endpoint")
struct TokenEndpointTests {
    @Test("Answers with exactly Kiva's members")
    func members() async throws {
        try await Client.with { client in
            let reply = try client.postForm(client.form(["scope": "read:loans create:loan_draft"]))
            #expect(reply.status == 200)
            #expect(reply.headers["content-type"] == "application/json")
            #expect(reply.headers["cache-control"] == "no-store")
            let answer = try reply.json()
            #expect(
                answer.members?.map(\.name.text) == [
                    "access_token", "token_type", "expires_in", "scope", "iss", "partnerId", "jti",
                ]
            )
            #expect(answer["token_type"]?.text == "bearer")
            #expect(answer["expires_in"]?.intValue == 43199)
            #expect(answer["scope"]?.text == "create:loan_draft read:loans")
            #expect(answer["iss"]?.text == client.announcement.baseURL + "/")
            #expect(answer["partnerId"]?.text == "1")
            let again = try client.postForm(client.form()).json()
            #expect(again["jti"] != answer["jti"])
            #expect(again["access_token"] != answer["access_token"])
        }
    }

    @Test("Grants the intersection, and everything when nothing is asked")
    func scopes() async throws {
        try await Client.with { configuration in
            configuration.authorizedScopes = ["create:repayment", "read:loans"]
        } _: { client in
            func grant(_ scope: String?) throws -> String? {
                try client.postForm(client.form(["scope": scope])).json()["scope"]?.text
            }
            #expect(try grant("read:loans create:loan_draft") == "read:loans")
            #expect(try grant("read:loans create:repayment") == "create:repayment read:loans")
            #expect(try grant("read:loans read:everything") == "read:loans")
            #expect(try grant(nil) == "create:repayment read:loans")
            // Kiva's Postman collection sends an empty one.
            #expect(try grant("") == "create:repayment read:loans")
            let nothing = try client.postForm(client.form(["scope": "create:loan_draft"]))
            #expect(nothing.status == 400)
            #expect(try nothing.json()["error"]?.text == "invalid_scope")
        }
    }

    @Test("Takes the audiences of Kiva's stage, which its samples ask for, and no others")
    func audiences() async throws {
        try await Client.with { client in
            for audience in ["https://partner-api-stage.dk1.kiva.org", "https://partner-api-stage.kiva.org"] {
                let reply = try client.postForm(client.form(["audience": audience]))
                #expect(reply.status == 200)
                let bearer = "Authorization: Bearer \(try reply.json()["access_token"]?.text ?? "")"
                #expect(try client.get("/v3/partner/1/loans", bearer).status == 200)
            }
            #expect(try client.postForm(client.form(["audience": "https://partner-api.k1.kiva.org"])).status == 400)
        }
    }

    @Test("Refuses what RFC 6749 section 5.2 says it must")
    func errors() async throws {
        try await Client.with { client in
            func error(_ form: String, _ headers: [String] = []) throws -> String {
                let reply = try client.postForm(form, headers: headers)
                return "\(reply.status) \(try reply.json()["error"]?.text ?? "")"
            }
            #expect(try error(client.form(["grant_type": nil])) == "400 invalid_request")
            #expect(try error(client.form(["grant_type": "password"])) == "400 unsupported_grant_type")
            #expect(try error(client.form(["audience": nil])) == "400 invalid_request")
            #expect(try error(client.form(["client_secret": "wrong"])) == "401 invalid_client")
            #expect(try error(client.form(["client_secret": nil])) == "401 invalid_client")
            #expect(try error(client.form(["client_id": "other"])) == "401 invalid_client")
            #expect(try error(client.form() + "&client_id=sandbox-client") == "400 invalid_request")
            #expect(try error("grant_type=%zz") == "400 invalid_request")
            #expect(try error("grant_type=%ff") == "400 invalid_request")
            #expect(try error("") == "401 invalid_client")
            let json = try client.send(
                "POST",
                "/oauth/token",
                headers: ["Content-Type: application/json"],
                body: "{}"
            )
            #expect(json.status == 400)
        }
    }

    @Test("Reads Basic credentials as RFC 6749 section 2.3.1 encodes them, or raw if told so")
    func basic() async throws {
        // id "a b+c" and secret "p%41:ä/", form-encoded and raw.
        let encoded = "Authorization: Basic YSUyMGIlMkJjOnAlMjU0MSUzQSVDMyVBNCUyRg=="
        let plus = "Authorization: Basic YStiJTJCYzpwJTI1NDElM0ElQzMlQTQlMkY="
        let raw = "Authorization: basic YSBiK2M6cCU0MTrDpC8="
        for encoding in [BasicCredentialEncoding.formURLEncoded, .raw] {
            try await Client.with { configuration in
                configuration.clientID = "a b+c"
                configuration.clientSecret = "p%41:ä/"
                configuration.basicCredentials = encoding
            } _: { client in
                let form = client.form(["client_id": nil, "client_secret": nil])
                let isRaw = encoding == .raw
                #expect(try client.postForm(form, headers: [encoded]).status == (isRaw ? 401 : 200))
                #expect(try client.postForm(form, headers: [plus]).status == (isRaw ? 401 : 200))
                #expect(try client.postForm(form, headers: [raw]).status == (isRaw ? 200 : 401))
                let wrong = try client.postForm(form, headers: ["Authorization: Basic ====", "X: y"])
                #expect(wrong.status == 401)
                #expect(wrong.headers["www-authenticate"] == "Basic realm=\"sandbox\"")
                // In the body it works with the same secret; in both places it does not.
                #expect(try client.postForm(client.form()).status == 200)
                #expect(try client.postForm(client.form(), headers: [isRaw ? raw : encoded]).status == 400)
            }
        }
    }

    @Test("Publishes one RSA key, whose id is in the tokens")
    func keySet() async throws {
        try await Client.with { client in
            let keys = try client.send("GET", "/.well-known/jwks.json").json()["keys"]
            let key = keys?[0]
            #expect(keys?.elements?.count == 1)
            #expect(key?["kty"]?.text == "RSA")
            #expect(key?["alg"]?.text == "RS256")
            #expect(key?["e"]?.text == "AQAB")
            #expect(key?["n"]?.text?.utf8.count == 342)
            #expect(key?["kid"]?.text?.isEmpty == false)
        }
    }
}
