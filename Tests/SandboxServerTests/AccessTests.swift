import SandboxServer
import Testing

@Suite("Who may call what")
struct AccessTests {
    static let calls: [(method: String, path: String, scope: String?)] = [
        ("GET", "/v3/partner/1/loans", "read:loans"),
        ("GET", "/v3/partner/1/repayments", "read:loans"),
        ("POST", "/v3/partner/1/loan_draft", "create:loan_draft"),
        ("POST", "/v3/partner/1/journals", "create:journal_update"),
        ("POST", "/v3/partners/1/journals", "create:journal_update"),
        ("POST", "/v3/partner/1/repayments", "create:repayment"),
        ("GET", "/v3/partner/1/config/activities", nil),
        ("GET", "/v3/partner/1/config/locales", nil),
        ("GET", "/v3/partner/1/config/themes", nil),
        ("GET", "/v3/partner/1/config/locations", nil),
    ]

    @Test("Each call works with its scope alone, and with no other")
    func scopes() async throws {
        try await Client.with { client in
            for scope in ["create:journal_update", "create:loan_draft", "create:repayment", "read:loans"] {
                let bearer = try client.bearer(scope)
                for call in Self.calls {
                    let reply = try client.send(
                        call.method,
                        call.path,
                        headers: [bearer, "Content-Type: application/json"],
                        body: call.method == "POST" ? "0" : nil
                    )
                    if call.scope == nil || call.scope == scope {
                        // The bodies are wrong on purpose: the call is let through and then refused for that.
                        #expect(reply.status == (call.method == "POST" ? 400 : 200), "\(scope) \(call)")
                    } else {
                        #expect(reply.status == 403, "\(scope) \(call)")
                        #expect(
                            reply.headers["www-authenticate"]?.contains(
                                "error=\"insufficient_scope\", scope=\"\(call.scope ?? "")\""
                            ) == true
                        )
                    }
                }
            }
        }
    }

    @Test("401 for what is no token of this sandbox")
    func unknownTokens() async throws {
        try await Client.with { client in
            let good = try client.bearer()
            for header in [
                "X: y", "Authorization: Bearer", "Authorization: Bearer x.y.z", "Authorization: Basic YTpi",
                String(good.dropLast()), good + "A", good.replacing("Bearer ", with: "Bearer  x"),
            ] {
                for call in Self.calls {
                    let reply = try client.send(call.method, call.path, headers: [header], body: nil)
                    #expect(reply.status == 401, "\(header) \(call.path)")
                    #expect(reply.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
                }
            }
            #expect(try client.get("/v3/partner/1/loans", good.replacing("Bearer", with: "bearer")).status == 200)
        }
        // A token of another sandbox has a valid signature, but not one of this sandbox.
        var foreign = ""
        try await Client.with { foreign = try $0.bearer() }
        try await Client.with { client in
            let reply = try client.get("/v3/partner/1/loans", foreign)
            #expect(reply.status == 401)
        }
    }

    @Test("403 for a token that has expired, as Kiva answers it")
    func expired() async throws {
        try await Client.with {
            $0.tokenTTL = .zero
        } _: { client in
            for call in Self.calls {
                let reply = try client.send(call.method, call.path, headers: [try client.bearer()])
                #expect(reply.status == 403)
                #expect(reply.text.contains("expired"))
            }
        }
    }

    @Test("403 for another partner's path")
    func otherPartner() async throws {
        try await Client.with {
            $0.partnerID = "145"
        } _: { client in
            let bearer = try client.bearer()
            #expect(try client.get("/v3/partner/145/loans", bearer).status == 200)
            #expect(try client.get("/v3/partner/%31%34%35/loans", bearer).status == 200)
            for id in ["1", "1450", "0145", "", "%", "145%2F"] {
                let status = try client.get("/v3/partner/\(id)/loans", bearer).status
                #expect(status == (id == "%" ? 404 : 403), "\(id)")
            }
        }
    }
}
