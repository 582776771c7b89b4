import Foundation
import Testing

/// What nginx says that it was asked for.
@Suite(.paced, .needsNginx) struct NginxRequestTests {
    /// Passes everything on, so that nginx reads and logs the bodies too.
    private static func nginx() async throws -> Nginx {
        try await Nginx(
            Nginx.Configuration(
                api: "location / { proxy_pass $elsewhere; }",
                elsewhere: #"location / { return 200 '{"items":[1]}'; }"#
            )
        )
    }

    /// The API's requests, without those for tokens and those that nginx passed on to itself.
    private static func requests(to nginx: Nginx) async throws -> [LoggedRequest] {
        try await nginx.stop().filter { $0.port == "\(nginx.port)" && $0.uri != "/token" }
    }

    @Test func `values are encoded where they stand`() async throws {
        let nginx = try await Self.nginx()
        let run = try await nginx.run(
            """
            data_selector: $.items[*]
            for_each: ["a b", "100%", "ü/ö", "a+b", "?x=y#z", "a;b=c,d:e@f&g", "🐄"]
            concurrency: 1
            """,
            request: """
                { path: "/items/${{ item }}/x", params: { "q&": "${{ item }}", list: [1, 2.50, true], none: null }, \
                headers: { X-Custom: "<${{ item }}>" } }
                """
        )
        #expect(run.process.status == 0, "\(run.process.stderr)")
        let encoded = [
            "a%20b", "100%25", "%C3%BC%2F%C3%B6", "a%2Bb", "%3Fx%3Dy%23z", "a%3Bb%3Dc%2Cd%3Ae%40f%26g", "%F0%9F%90%84",
        ]
        let requests = try await Self.requests(to: nginx)
        #expect(requests.map(\.uri) == encoded.map { "/items/\($0)/x?q%26=\($0)&list=1&list=2.50&list=true" })
        #expect(requests.map(\.custom).prefix(4) == ["<a b>", "<100%>", "<ü/ö>", "<a+b>"])
    }

    @Test(arguments: [
        (
            "json: { a: 480.00, b: 12345678901234567890123, c: \"ü\\n\", d: [null, true] }", "application/json",
            #"{"a":480.00,"b":12345678901234567890123,"c":"ü\n","d":[null,true]}"#
        ),
        (
            "form: { a: \"x y&ü+\", l: [1, 2], n: null }", "application/x-www-form-urlencoded",
            "a=x%20y%26%C3%BC%2B&l=1&l=2"
        ),
        ("body: \"text ü\"", "text/plain; charset=utf-8", "text ü"),
        ("json: []", "application/json", "[]"),
        ("json: [1], headers: { content-type: application/vnd.api+json }", "application/vnd.api+json", "[1]"),
    ])
    func `bodies arrive as they are written`(request: String, type: String, body: String) async throws {
        let nginx = try await Self.nginx()
        let run = try await nginx.run(
            "",
            request: "{ path: /items, method: POST, \(request) }",
            scope: "write:items"
        )
        #expect(run.process.status == 0, "\(run.process.stderr)")
        let requests = try await Self.requests(to: nginx)
        #expect(requests.map(\.method) == ["POST"])
        #expect(requests.map(\.type) == [type])
        #expect(requests.map(\.body) == [body])
    }

    @Test(arguments: ["PUT", "PATCH", "DELETE", "HEAD"]) func `methods arrive`(method: String) async throws {
        let nginx = try await Self.nginx()
        let run = try await nginx.run("", request: "{ path: /items, method: \(method) }", scope: "write:items")
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try await Self.requests(to: nginx).map(\.method) == [method])
    }

    @Test(arguments: ["/v1", "/v1/"]) func `a base URL with a path is kept`(path: String) async throws {
        let nginx = try await Self.nginx()
        let folder = try TemporaryFolder()
        let job = nginx.job().replacingOccurrences(of: "base_url: \(nginx.api)", with: "base_url: \(nginx.api)\(path)")
        try folder.write(job, to: "items.yaml")
        let process = try await runner("items.yaml", in: folder, environment: Nginx.credentials)
        #expect(process.status == 0, "\(process.stderr)")
        #expect(try await Self.requests(to: nginx).map(\.uri) == ["/v1/items"])
    }

    @Test(arguments: ["a\r\nX-Evil: 1", "a\nb", "a\0b"]) func `a value can't add a header field`(value: String)
        async throws
    {
        let nginx = try await Self.nginx()
        let folder = try TemporaryFolder()
        let secret = try folder.write(value, to: "value")
        let run = try await nginx.run(
            request: "{ path: /items, headers: { X-Custom: '${{ secrets.VALUE }}' } }",
            environment: ["VALUE_FILE": secret]
        )
        #expect(run.process.status != 0)
        #expect(try await Self.requests(to: nginx).isEmpty)
    }
}
