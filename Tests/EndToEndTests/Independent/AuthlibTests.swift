import Foundation
import Testing

/// Tokens from Authlib's authorization server, used at an API that Authlib protects.
@Suite(.paced, .needsAuthlib) struct AuthlibTests {
    /// Holds everything that an encoding can get wrong: separators, both escapes of a space, quotes, two scripts.
    private static let hostile = #"s: +%26&=ü/é?#"'\🐄 end"#

    private static let clients = """
        [
            {"id": "by:header+%41&ö", "secret": "s: +%26&=ü/é?#\\"'\\\\🐄 end", "auth": "client_secret_basic",
             "scope": "read:loans create:repayment"},
            {"id": "by form+%41&ö", "secret": "s: +%26&=ü/é?#\\"'\\\\🐄 end", "auth": "client_secret_post",
             "scope": "read:loans create:repayment"},
            {"id": "reader", "secret": "secret-of-reader", "auth": "client_secret_post", "scope": "read:loans"}
        ]
        """

    /// Runs a job that reads loans and, where asked to, reports a repayment.
    private static func run(
        _ server: IndependentServer,
        clientAuth: String = "post",
        id: String,
        secret: String,
        scopes: String = "read:loans",
        writes: Bool = false
    ) async throws -> (process: FinishedProcess, folder: TemporaryFolder) {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            name: loans
            environment: authlib
            environments:
              authlib:
                token_url: \(server.announcement.tokenURL ?? "")
                audience: https://api.example.org
                base_url: \(server.announcement.baseURL)
                client_id: ${{ secrets.AUTHLIB_ID }}
                client_secret: ${{ secrets.AUTHLIB_SECRET }}
                client_auth: \(clientAuth)
                scopes:
                  read:loans: { access: read }
                  read:everything: { access: read }
                  create:repayment: { access: write }
                retry: { initial_backoff: 10ms, max_backoff: 50ms }
            steps:
              - id: loans
                scopes: [\(scopes)]
                request: { path: /loans }
                paginator: { type: offset, limit: 10, total_path: $.total }
                data_selector: $.loans[*]

            """ + (writes ? repayment : ""),
            to: "loans.yaml"
        )
        // Secrets come from files, so that bytes that no variable could hold are possible too.
        try folder.write(id, to: "id")
        try folder.write(secret + "\n", to: "secret")
        let process = try await runner(
            "loans.yaml",
            in: folder,
            environment: ["AUTHLIB_ID_FILE": folder("id"), "AUTHLIB_SECRET_FILE": folder("secret")]
        )
        return (process, folder)
    }

    private static let repayment = """
          - id: repayment
            scopes: [create:repayment]
            request: { path: /repayments, method: POST, json: { amount: 12.50 } }

        """

    /// What the server noted.
    private struct Seen: Decodable {
        struct TokenRequest: Decodable, Hashable {
            let scope: String?
            let audience: String?
            let secretInForm: Bool
            let secretInHeader: Bool

            private enum CodingKeys: String, CodingKey {
                case scope, audience
                case secretInForm = "secret_in_form"
                case secretInHeader = "secret_in_header"
            }
        }

        struct Call: Decodable { let offset: Int?, scope: String? }

        let tokenRequests: [TokenRequest]
        let calls: [Call]

        private enum CodingKeys: String, CodingKey {
            case calls
            case tokenRequests = "token_requests"
        }
    }

    private static func seen(by server: IndependentServer) async throws -> Seen {
        try JSONDecoder().decode(Seen.self, from: await server.get("/seen"))
    }

    @Test(arguments: [("basic", "by:header+%41&ö"), ("post", "by form+%41&ö")])
    func `a hostile secret reaches the server whole, and each step gets its own token`(
        clientAuth: String,
        id: String
    ) async throws {
        let server = try await IndependentServer("authlib_server.py", "--clients", Self.clients)
        let run = try await Self.run(server, clientAuth: clientAuth, id: id, secret: Self.hostile, writes: true)
        #expect(run.process.status == 0, "\(run.process.stderr)\(server.errors)")
        let results = try RunResults(job: "loans", in: run.folder)
        #expect(try results.records("loans").count == 25)
        #expect(try results.records("loans").first == #"{"id":0,"price":0.0}"#)
        let seen = try await Self.seen(by: server)
        #expect(
            Set(seen.tokenRequests)
                == Set(
                    ["read:loans", "create:repayment"].map {
                        Seen.TokenRequest(
                            scope: $0,
                            audience: "https://api.example.org",
                            secretInForm: clientAuth == "post",
                            secretInHeader: clientAuth == "basic"
                        )
                    }
                )
        )
        #expect(seen.calls.last?.scope == "create:repayment")
    }

    @Test(arguments: [("basic", "by:header+%41&ö"), ("post", "by form+%41&ö")])
    func `a wrong secret is explained, and stands nowhere`(clientAuth: String, id: String) async throws {
        let server = try await IndependentServer("authlib_server.py", "--clients", Self.clients)
        let run = try await Self.run(server, clientAuth: clientAuth, id: id, secret: "mistyped-secret")
        #expect(run.process.status == 77, "\(run.process.stderr)")
        #expect(run.process.stderr.contains("invalid_client"), "\(run.process.stderr)")
        #expect(run.process.stderr.contains("client_secret"), "\(run.process.stderr)")
        #expect(!run.process.stderr.contains("mistyped-secret"))
        for name in run.folder.files() where name.hasPrefix("results") {
            #expect(try !String(decoding: run.folder.read(name), as: UTF8.self).contains("mistyped-secret"), "\(name)")
        }
        // Final at once: a client that keeps guessing is locked out.
        #expect(try await Self.seen(by: server).tokenRequests.count == 1)
    }

    @Test func `a client that has to use the other client_auth is told so`() async throws {
        let server = try await IndependentServer("authlib_server.py", "--clients", Self.clients)
        let run = try await Self.run(server, clientAuth: "post", id: "by:header+%41&ö", secret: Self.hostile)
        #expect(run.process.status == 77)
        #expect(run.process.stderr.contains("client_auth"), "\(run.process.stderr)")
    }

    @Test func `a scope that the server doesn't know is refused by its name`() async throws {
        let server = try await IndependentServer("authlib_server.py", "--clients", Self.clients)
        let run = try await Self.run(
            server,
            id: "reader",
            secret: "secret-of-reader",
            scopes: "'read:everything'"
        )
        #expect(run.process.status == 77)
        #expect(run.process.stderr.contains("invalid_scope"), "\(run.process.stderr)")
        #expect(run.process.stderr.contains("read:everything"), "\(run.process.stderr)")
    }

    @Test func `a scope that the client is not granted stops the run before the first call`() async throws {
        let server = try await IndependentServer("authlib_server.py", "--clients", Self.clients)
        let run = try await Self.run(
            server,
            id: "reader",
            secret: "secret-of-reader",
            scopes: "read:loans, create:repayment"
        )
        #expect(run.process.status == 77)
        #expect(run.process.stderr.contains("did not grant create:repayment"), "\(run.process.stderr)")
        #expect(try await Self.seen(by: server).calls.isEmpty)
    }

    @Test func `a grant that the server keeps quiet about is found out by the API`() async throws {
        // Authlib leaves `scope` out of its answer where nothing was granted; RFC 6749 5.1 reads that as all of it.
        let server = try await IndependentServer("authlib_server.py", "--clients", Self.clients)
        let run = try await Self.run(server, id: "reader", secret: "secret-of-reader", writes: true)
        #expect(run.process.status == 77, "\(run.process.stderr)\(server.errors)")
        #expect(run.process.stderr.contains("step `repayment`"), "\(run.process.stderr)")
        #expect(run.process.stderr.contains("requires higher privileges"), "\(run.process.stderr)")
        #expect(try await Self.seen(by: server).calls.allSatisfy { $0.offset != nil })
    }

    @Test func `a token that is revoked half-way is replaced`() async throws {
        let server = try await IndependentServer("authlib_server.py", "--clients", Self.clients, "--uses", "2")
        let run = try await Self.run(server, id: "reader", secret: "secret-of-reader")
        #expect(run.process.status == 0, "\(run.process.stderr)\(server.errors)")
        #expect(try RunResults(job: "loans", in: run.folder).records("loans").count == 25)
        #expect(try await Self.seen(by: server).tokenRequests.count == 2)
    }

    @Test func `tokens that are never good are not asked for forever`() async throws {
        let server = try await IndependentServer("authlib_server.py", "--clients", Self.clients, "--uses", "0")
        let run = try await Self.run(server, id: "reader", secret: "secret-of-reader")
        #expect(run.process.status == 77, "\(run.process.stderr)")
        #expect(run.process.stderr.contains("401"), "\(run.process.stderr)")
        #expect(try await Self.seen(by: server).tokenRequests.count <= 3)
    }
}
