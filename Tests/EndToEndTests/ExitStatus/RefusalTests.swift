import Foundation
import Testing

/// 77 and 78: a scope or credential is refused, or a secret is missing.
@Suite(.paced) struct RefusalTests {
    @Test(arguments: ["post", "basic"]) func `a wrong secret`(_ method: String) async throws {
        let folder = try TemporaryFolder()
        let sandbox = try await SandboxProcess()
        try folder.write(Jobs.loans(sandbox.environment(extra: "client_auth: \(method)")), to: "job.yaml")
        var credentials = sandbox.credentials
        credentials["TEST_CLIENT_SECRET"] = "wr0ng&secret/+="
        let run = try await runner("job.yaml", in: folder, environment: credentials)
        #expect(run.status == 77, "\(run.stderr)")
        for text in ["token endpoint refused with 401", "invalid_client", "client_secret"] {
            #expect(run.stderr.contains(text), "\(text) in \(run.stderr)")
        }
        #expect(!run.stderr.contains("wr0ng"))
        #expect(!run.stderr.contains("runner resume"), "nothing has begun: \(run.stderr)")
    }

    @Test(arguments: ["post", "basic"]) func `the right secret, with characters that need care`(_ method: String)
        async throws
    {
        let folder = try TemporaryFolder()
        let secret = "p%3A:+ &=?/é✓\"'\\"
        let sandbox = try await SandboxProcess("--client-id", "me+you@x:y", "--client-secret", secret)
        try folder.write(Jobs.loans(sandbox.environment(extra: "client_auth: \(method)")), to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: sandbox.credentials)
        #expect(run.status == 0, "\(run.stderr)")
    }

    @Test func `a reduced grant names the steps that can't run, before any call`() async throws {
        let folder = try TemporaryFolder()
        let sandbox = try await SandboxProcess("--authorized-scopes", "read:loans")
        let relay = try await PythonServer(relayTo: sandbox.port)
        let steps = """
            - id: pull
              request: { path: "/v3/partner/${{ token.partnerId }}/loans" }
            - id: report
              request:
                method: POST
                path: /v3/partner/${{ token.partnerId }}/repayments
                json: { repayments: [{ loan_id: "1", amount: 1.00, client_id: "1" }] }
            """
        for tokens in ["least_privilege", "single"] {
            let job = Jobs.steps(relay.environment(), steps) + "tokens: \(tokens)\n"
            try folder.write(job, to: "job.yaml")
            let run = try await runner("job.yaml", in: folder, environment: sandbox.credentials)
            #expect(run.status == 77, "\(run.stderr)")
            for text in ["create:repayment", "`report`", "ask the API's owner"] {
                #expect(run.stderr.contains(text), "\(tokens): \(text) in \(run.stderr)")
            }
            #expect(!run.stderr.contains("`pull`"), "\(run.stderr)")
            #expect(!relay.seen.contains("/v3/partner"), "a call was made")
        }
        let part = try await runner("job.yaml", "--only", "pull", in: folder, environment: sandbox.credentials)
        #expect(part.status == 0, "\(part.stderr)")
        #expect(relay.seen.contains("/v3/partner"))
    }

    @Test(arguments: [401, 403]) func `a fresh token is refused as well`(_ status: Int) async throws {
        let folder = try TemporaryFolder()
        let api = try await PythonServer(answers: [
            "/v3/partner/1/loans": [.json(#"{"message":"not for you"}"#, status: status)]
        ])
        try folder.write(Jobs.loans(api.environment(extra: Jobs.impatient)), to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: Jobs.credentials)
        #expect(run.status == 77, "\(run.stderr)")
        for text in ["step `loans`", "HTTP \(status)", "not for you", "a fresh token", "audience"] {
            #expect(run.stderr.contains(text), "\(text) in \(run.stderr)")
        }
        // One refresh, one replay.
        #expect(api.seen.ranges(of: "POST /oauth/token").count == 2)
        #expect(api.seen.ranges(of: "GET /v3/partner/1/loans").count == 2)
    }

    @Test func `production wants a word, and sends nothing without it`() async throws {
        let folder = try TemporaryFolder()
        let api = try await PythonServer(answers: [:])
        try folder.write(Jobs.loans(api.environment(extra: "production: true")), to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: Jobs.credentials)
        #expect(run.status == 77, "\(run.stderr)")
        #expect(run.stderr.contains("--production"), "\(run.stderr)")
        #expect(run.stderr.contains("`test` is production"), "\(run.stderr)")
        #expect(api.seen.isEmpty)
        let agreed = try await runner("job.yaml", "--production", in: folder, environment: Jobs.credentials)
        #expect(agreed.status == 1, "\(agreed.stderr)")
        #expect(api.seen.contains("GET /v3/partner/1/loans"))
    }

    @Test func `a secret that is not set is 78`() async throws {
        let folder = try TemporaryFolder()
        let api = try await PythonServer(answers: [:])
        try folder.write(Jobs.loans(api.environment()), to: "job.yaml")
        let cases: [([String: String], String)] = [
            ([:], "TEST_CLIENT_ID"),
            (["TEST_CLIENT_ID": "x"], "TEST_CLIENT_SECRET"),
            (["TEST_CLIENT_ID": "x", "TEST_CLIENT_SECRET": ""], "TEST_CLIENT_SECRET"),
            (["TEST_CLIENT_ID": "x", "TEST_CLIENT_SECRET_FILE": "absent"], "TEST_CLIENT_SECRET_FILE"),
            (["TEST_CLIENT_ID": "x", "TEST_CLIENT_SECRET_FILE": "/dev/null"], "holds no secret"),
            (["TEST_CLIENT_ID": "x", "TEST_CLIENT_SECRET_FILE": "."], "TEST_CLIENT_SECRET"),
            (["TEST_CLIENT_ID": "x", "CREDENTIALS_DIRECTORY": folder.path], "TEST_CLIENT_SECRET"),
        ]
        for (environment, says) in cases {
            let run = try await runner("job.yaml", in: folder, environment: environment, within: .seconds(10))
            #expect(run.status == 78, "\(environment): \(run.stderr)")
            #expect(run.stderr.contains(says), "\(environment): \(run.stderr)")
            #expect(run.stderr.contains("help:"), "\(environment): \(run.stderr)")
        }
        #expect(api.seen.isEmpty)
    }
}
