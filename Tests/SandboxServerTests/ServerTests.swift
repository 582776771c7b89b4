import JSONBytes
import SandboxServer
import Testing

@Suite("Starting and stopping")
struct ServerTests {
    @Test("The announcement is one line of JSON with all that a client needs")
    func announcement() async throws {
        try await Client.with {
            $0.clientSecret = "a\"b\\c\n\u{1}é"
        } _: { client in
            let announcement = client.announcement
            let json = try JSONParser.parse(announcement.json)
            #expect(!announcement.json.contains("\n"))
            #expect(
                json.members?.map(\.name.text) == [
                    "token_url", "audience", "base_url", "client_id", "client_secret", "partner_id",
                ]
            )
            #expect(json["client_secret"]?.text == "a\"b\\c\n\u{1}é")
            #expect(json["token_url"]?.text == announcement.baseURL + "/oauth/token")
            #expect(announcement.baseURL.hasPrefix("http://127.0.0.1:"))
            #expect(client.port != 0)
        }
    }

    @Test("A port that is in use is an error of its own")
    func portInUse() async throws {
        try await Client.with { client async throws in
            var second = SandboxConfiguration()
            second.port = client.port
            await #expect(throws: SandboxError.portInUse(host: "127.0.0.1", port: client.port)) {
                try await SandboxServer.start(second)
            }
        }
    }

    @Test("A host that is nowhere is an error")
    func unknownHost() async throws {
        var configuration = SandboxConfiguration()
        configuration.host = "192.0.2.1"
        let error = try await #require(throws: SandboxError.self) { try await SandboxServer.start(configuration) }
        guard case .cannotListen(host: "192.0.2.1", port: 0, _) = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test("A port that was in use can be taken again at once")
    func restart() async throws {
        var port = 0
        try await Client.with { client in
            port = client.port
            _ = try client.bearer()
        }
        try await Client.with {
            $0.port = port
        } _: { client throws in
            #expect(client.port == port)
            #expect(try client.postForm(client.form()).status == 200)
        }
    }

    @Test("Values that can't be served are refused, and the member is named")
    func invalidConfigurations() async throws {
        let changes: [(String, @Sendable (inout SandboxConfiguration) -> Void)] = [
            ("port", { $0.port = 65_536 }), ("port", { $0.port = -1 }), ("loans", { $0.loans = -1 }),
            ("maxPageLimit", { $0.maxPageLimit = 0 }), ("tokenTTL", { $0.tokenTTL = .seconds(-1) }),
            ("latency", { $0.latency = .seconds(-1) }), ("latency", { $0.latency = .seconds(Int64.max) }),
            ("tokenTTL", { $0.tokenTTL = .seconds(Int64.max) }),
            ("requestTimeout", { $0.requestTimeout = .seconds(Int64.max) }), ("partnerID", { $0.partnerID = "" }),
            ("partnerID", { $0.partnerID = "a/b" }), ("clientID", { $0.clientID = "" }),
            ("authorizedScopes", { $0.authorizedScopes = ["read:loan"] }),
        ]
        for (member, change) in changes {
            var configuration = SandboxConfiguration()
            change(&configuration)
            let changed = configuration
            let error = try await #require(throws: SandboxError.self) { try await SandboxServer.start(changed) }
            guard case .invalidConfiguration(let named, _, _) = error, named.hasPrefix(member) else {
                Issue.record("\(member): \(error)")
                continue
            }
        }
    }

    @Test("Certificates that are not there are an error")
    func missingCertificates() async throws {
        var configuration = SandboxConfiguration()
        configuration.tls = SandboxTLS(certificateChainFile: "/nowhere/cert.pem", privateKeyFile: "/nowhere/key.pem")
        let fixed = configuration
        let error = try await #require(throws: SandboxError.self) { try await SandboxServer.start(fixed) }
        guard case .unusableTLS(file: "/nowhere/cert.pem", _) = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test("Stopping finishes the answer that is on its way, ends idle connections, and can be done twice")
    func shutdown() async throws {
        var configuration = SandboxConfiguration()
        configuration.latency = .milliseconds(150)
        let client = Client(server: try await SandboxServer.start(configuration))
        let bearer = try client.bearer()
        let (idle, busy) = (try client.wire(), try client.wire())
        try busy.send(Client.request("GET", "/v3/partner/1/loans?limit=1000", headers: [bearer]))
        try idle.send(Client.request("GET", "/sandbox/stats"))
        // Both connections are known to the server once this has its answer; the other one's takes longer.
        _ = try idle.receive()
        async let stopped: Void = client.server.shutdown()
        let reply = try busy.receive()
        #expect(reply.status == 200)
        #expect(try reply.json()["loans"]?.elements?.count == 1000)
        #expect(try busy.hasEnded())
        #expect(try idle.hasEnded())
        await stopped
        await client.server.shutdown()
        #expect(throws: Wire.Failure.system(111)) { try client.wire() }
    }
}
