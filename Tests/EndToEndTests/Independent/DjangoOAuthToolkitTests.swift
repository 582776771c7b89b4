import Foundation
import Testing

/// Tokens from Django OAuth Toolkit: another reading of the same RFCs, over HTTP/1.0.
@Suite(.paced, .needsDjangoOAuthToolkit) struct DjangoOAuthToolkitTests {
    private static let secret = #"s: +%26&=ü/é?#"'\🐄 end"#

    private static let clients = #"[{"id": "toolkit:+%41&ö", "secret": "s: +%26&=ü/é?#\"'\\🐄 end"}]"#

    private static func run(
        clientAuth: String,
        secret: String = secret,
        scope: String = "read:loans"
    ) async throws -> (process: FinishedProcess, folder: TemporaryFolder) {
        let server = try await IndependentServer("django_server.py", clients)
        let folder = try TemporaryFolder()
        try folder.write(
            """
            name: loans
            environment: toolkit
            environments:
              toolkit:
                token_url: \(server.announcement.tokenURL ?? "")
                base_url: \(server.announcement.baseURL)
                client_id: ${{ secrets.TOOLKIT_ID }}
                client_secret: ${{ secrets.TOOLKIT_SECRET }}
                client_auth: \(clientAuth)
                scopes: { "read:loans": { access: read }, "create:repayment": {}, "read:everything": { access: read } }
                retry: { initial_backoff: 10ms, max_backoff: 50ms }
            steps:
              - id: loans
                scopes: ["\(scope)"]
                request: { path: /loans/ }
                data_selector: $.loans[*]

            """,
            to: "loans.yaml"
        )
        let process = try await runner(
            "loans.yaml",
            in: folder,
            environment: ["TOOLKIT_ID": "toolkit:+%41&ö", "TOOLKIT_SECRET": secret]
        )
        withExtendedLifetime(server) {}
        return (process, folder)
    }

    @Test(arguments: ["post", "basic"])
    func `a hostile secret reaches the server whole, and the token opens the API`(clientAuth: String) async throws {
        let run = try await Self.run(clientAuth: clientAuth)
        #expect(run.process.status == 0, "\(run.process.stderr)")
        let records = try RunResults(job: "loans", in: run.folder).records("loans")
        #expect(records == (0..<25).map { #"{"id":\#($0)}"# })
    }

    @Test(arguments: ["post", "basic"]) func `a wrong secret is explained`(clientAuth: String) async throws {
        let run = try await Self.run(clientAuth: clientAuth, secret: "mistyped-secret")
        #expect(run.process.status == 77)
        #expect(run.process.stderr.contains("invalid_client"), "\(run.process.stderr)")
        #expect(!run.process.stderr.contains("mistyped-secret"))
    }

    @Test func `an unknown scope is refused by its name`() async throws {
        let run = try await Self.run(clientAuth: "post", scope: "read:everything")
        #expect(run.process.status == 77)
        #expect(run.process.stderr.contains("invalid_scope"), "\(run.process.stderr)")
        #expect(run.process.stderr.contains("read:everything"), "\(run.process.stderr)")
    }

    @Test func `a token with the wrong scope does not open the API`() async throws {
        // The step says that it needs something else than it does.
        let run = try await Self.run(clientAuth: "post", scope: "create:repayment")
        #expect(run.process.status == 77, "\(run.process.stderr)")
        #expect(run.process.stderr.contains("403"), "\(run.process.stderr)")
    }
}
