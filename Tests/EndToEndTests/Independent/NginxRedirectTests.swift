import Foundation
import Testing

/// Redirects that nginx sends: followed, but never with what belongs to another origin.
@Suite(.paced, .needsNginx) struct NginxRedirectTests {
    private static let moved = #"location = /moved { return 200 '{"items":[{"moved":true}]}'; }"#

    @Test(arguments: [301, 302, 303, 307, 308], ["/moved", "$api/moved", "moved", "//$http_host/moved"])
    func `a read follows within its origin, with its token`(status: Int, location: String) async throws {
        let nginx = try await Nginx(
            "absolute_redirect off; location = /items { return \(status) \(location); } \(Self.moved)"
        )
        let run = try await nginx.run(request: "{ path: /items, headers: { X-Custom: value } }")
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records() == [#"{"moved":true}"#])
        let request = try #require(try await nginx.stop().last)
        #expect(request.uri == "/moved")
        #expect(request.authorization == "Bearer \(Nginx.token)")
        #expect(request.custom == "value")
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a read that leaves its origin leaves its token behind`(status: Int) async throws {
        let nginx = try await Nginx(
            Nginx.Configuration(
                api: "location = /items { return \(status) $elsewhere/moved; }",
                elsewhere: Self.moved
            )
        )
        let run = try await nginx.run(
            request: "{ path: /items, headers: { X-Custom: value, Cookie: '${{ secrets.COOKIE }}' } }",
            environment: ["COOKIE": "session=abc"]
        )
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records() == [#"{"moved":true}"#])
        let request = try #require(try await nginx.stop().last)
        #expect(nginx.elsewhere.hasSuffix(":\(request.port)"))
        #expect((request.authorization, request.custom, request.cookie) == ("", "", ""))
    }

    @Test func `there and back again is signed for the API alone`() async throws {
        let nginx = try await Nginx(
            Nginx.Configuration(
                api: "location = /items { return 302 $elsewhere/back; } \(Self.moved)",
                elsewhere: "location = /back { return 302 $api/moved; }"
            )
        )
        let run = try await nginx.run()
        let requests = try await nginx.stop()
        #expect(requests.first { $0.uri == "/back" }?.authorization == "")
        // Whether the way back is signed again is the runner's choice; that it ends in an understandable way is not.
        let isSigned = requests.last?.authorization == "Bearer \(Nginx.token)"
        #expect(run.process.status == (isSigned ? 0 : 77), "\(run.process.stderr)")
    }

    @Test(arguments: [301, 302])
    func `a write is not turned into a read`(status: Int) async throws {
        let nginx = try await Nginx("location = /items { return \(status) /moved; } \(Self.moved)")
        let run = try await nginx.run(
            "",
            request: "{ path: /items, method: POST, json: { a: 1 } }",
            scope: "write:items"
        )
        // It may have been done: many servers answer so what they have done.
        #expect(run.process.status == 79, "\(run.process.stderr)")
        #expect(run.process.stderr.contains("was redirected by HTTP \(status) to"), "\(run.process.stderr)")
        #expect(try await nginx.stop().allSatisfy { $0.uri != "/moved" })
    }

    @Test(arguments: [307, 308])
    func `a write that leaves its origin is not sent`(status: Int) async throws {
        let nginx = try await Nginx(
            Nginx.Configuration(
                api: "location = /items { return \(status) $elsewhere/moved; }",
                elsewhere: Self.moved
            )
        )
        let run = try await nginx.run(
            "",
            request: "{ path: /items, method: POST, json: { a: 1 } }",
            scope: "write:items"
        )
        #expect(run.process.status == 1, "\(run.process.stderr)")
        #expect(try await nginx.stop().allSatisfy { $0.port == "\(nginx.port)" })
    }

    @Test func `redirects without an end do end`() async throws {
        let nginx = try await Nginx("location / { return 302 /items?again; }")
        let run = try await nginx.run()
        #expect(run.process.status == 76)
        #expect(run.process.stderr.contains("redirects"), "\(run.process.stderr)")
        #expect(try await nginx.stop().count < 30)
    }

    @Test func `a token endpoint that redirects elsewhere gets no secret there`() async throws {
        // The form with the secret would be sent to whoever the redirect names.
        let nginx = try await Nginx(
            Nginx.Configuration(
                api: "location = /old-token { return 307 $elsewhere/token; }",
                elsewhere: #"location = /token { return 200 '{"access_token":"stolen","token_type":"Bearer"}'; }"#
            )
        )
        let run = try await nginx.run(tokenPath: "/old-token")
        #expect(run.process.status != 0)
        #expect(try await nginx.stop().allSatisfy { $0.port == "\(nginx.port)" })
    }
}
