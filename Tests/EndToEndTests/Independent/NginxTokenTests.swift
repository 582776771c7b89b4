import Foundation
import Testing

/// Token endpoints as they are found: login pages, gateways, answers that are nearly right.
@Suite(.paced, .needsNginx) struct NginxTokenTests {
    /// Runs the job against a token endpoint that does what a directive of nginx says.
    private static func run(_ directive: String) async throws -> (run: NginxRun, requests: [LoggedRequest]) {
        let nginx = try await Nginx(
            """
            location = /odd-token { \(directive) }
            location = /login-token { return 200 '{"access_token":"\(Nginx.token)","token_type":"Bearer"}'; }
            location = /items { return 200 '{"items":[1]}'; }
            """
        )
        let run = try await nginx.run(tokenPath: "/odd-token")
        return (run, try await nginx.stop())
    }

    private static func answer(_ members: String) -> String {
        #"return 200 '{"access_token":"\#(Nginx.token)"\#(members)}';"#
    }

    @Test(arguments: [
        "", #","token_type":"bearer""#, #","token_type":"BEARER","expires_in":"3600""#,
        #","token_type":"Bearer","expires_in":3600.5,"refresh_token":"unused""#,
        #","token_type":"Bearer","expires_in":0"#, #","token_type":"Bearer","expires_in":1e300"#,
        #","token_type":"Bearer","scope":"read:items write:items""#, #","token_type":"Bearer","scope":["read:items"]"#,
        #","token_type":"Bearer","scope":null,"expires_in":null"#,
    ])
    func `answers that are nearly right are good enough`(members: String) async throws {
        let (run, requests) = try await Self.run(Self.answer(members))
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(requests.filter { $0.uri == "/items" }.map(\.status) == ["200"])
    }

    @Test(arguments: [
        ("default_type text/html; return 200 '<html>Please log in</html>';", 76, "web page"),
        ("return 200 '';", 76, "empty"),
        ("return 204;", 76, "empty"),
        ("return 200 '{}';", 76, "access_token"),
        ("return 200 '[]';", 76, "not an object"),
        (#"return 200 '{"access_token":"a b","token_type":"Bearer"}';"#, 76, "access_token"),
        (#"return 200 '{"access_token":"","token_type":"Bearer"}';"#, 76, "access_token"),
        (answer(#","token_type":"mac""#), 76, "mac"),
        (answer(#","token_type":"Bearer","scope":"""#), 77, "read:items"),
        (answer(#","token_type":"Bearer","scope":"other""#), 77, "read:items"),
        (#"return 200 '{"error":"invalid_client"}';"#, 77, "invalid_client"),
        (#"return 400 '{"error":"invalid_scope","error_description":"no such scope"}';"#, 77, "no such scope"),
        (#"return 400 '{"error":"unauthorized_client"}';"#, 77, "unauthorized_client"),
        ("return 401;", 77, "401"),
        ("return 403;", 77, "403"),
        ("return 404;", 77, "404"),
        ("return 302 /login-token;", 76, "redirect"),
        ("return 308 /login-token;", 76, "redirect"),
        ("return 500;", 69, "500"),
        ("return 502;", 69, "502"),
        ("add_header Retry-After 7200 always; return 429;", 75, "run it again at"),
        ("return 444;", 69, "connection"),
    ])
    func `answers that are wrong end the run before the first call`(
        directive: String,
        status: Int32,
        named: String
    ) async throws {
        let (run, requests) = try await Self.run(directive)
        #expect(run.process.status == status, "\(run.process.status): \(run.process.stderr)")
        #expect(run.process.stderr.contains(named), "\(run.process.stderr)")
        #expect(requests.allSatisfy { $0.uri == "/odd-token" }, "\(requests.map(\.uri))")
    }
}
