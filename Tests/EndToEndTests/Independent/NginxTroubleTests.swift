import Foundation
import Testing

/// Trouble that nginx makes, or passes on from a server behind it: waited for, tried again, or explained.
@Suite(.paced, .needsNginx) struct NginxTroubleTests {
    private static let offset = """
        paginator: { type: offset, limit: 10, total_path: $.total }
        data_selector: $.items[*]
        """

    private static func pages() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for offset in stride(from: 0, to: 50, by: 10) {
            try folder.write(Items.page(offset..<offset + 10, total: 50), to: "www/items/\(offset).json")
        }
        return folder
    }

    private static let files = "try_files /items/$arg_offset.json =404;"

    @Test(arguments: [429, 503]) func `a limited server is waited for`(status: Int) async throws {
        // limit_req refuses what comes sooner than 100 ms after the call before it.
        let nginx = try await Nginx(
            Nginx.Configuration(
                api: """
                    location = /items { limit_req zone=calls; limit_req_status \(status); \(Self.files) }
                    """,
                shared: "limit_req_zone $server_port zone=calls:1m rate=10r/s;"
            ),
            in: Self.pages()
        )
        let run = try await nginx.run(
            Self.offset + "\nretry: { initial_backoff: 300ms, backoff_multiplier: 2, max_attempts: 20 }"
        )
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records() == Items.lines(0..<50))
        let statuses = try await nginx.stop().filter { $0.uri.hasPrefix("/items") }.map(\.status)
        #expect(statuses.contains("\(status)"))
        #expect(statuses.filter { $0 == "200" }.count == 5)
    }

    @Test func `a rate limit in the job keeps a limited server content`() async throws {
        let nginx = try await Nginx(
            Nginx.Configuration(
                api: "location = /items { limit_req zone=calls; \(Self.files) }",
                shared: "limit_req_zone $server_port zone=calls:1m rate=10r/s;"
            ),
            in: Self.pages()
        )
        let run = try await nginx.run(Self.offset + "\nrate_limit: { requests: 1, per: 300ms }\nconcurrency: 4")
        #expect(run.process.status == 0, "\(run.process.stderr)")
        let statuses = try await nginx.stop().filter { $0.uri.hasPrefix("/items") }.map(\.status)
        #expect(statuses == Array(repeating: "200", count: 5))
    }

    @Test func `Retry-After is waited for, and not a second less`() async throws {
        let nginx = try await Nginx(
            Nginx.Configuration(
                api: """
                    error_page 503 = @wait;
                    location = /items { limit_req zone=calls; \(Self.files) }
                    location @wait { add_header Retry-After 1 always; return 429; }
                    """,
                shared: "limit_req_zone $server_port zone=calls:1m rate=2r/s;"
            ),
            in: Self.pages()
        )
        let run = try await nginx.run(Self.offset + "\nconcurrency: 1")
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records() == Items.lines(0..<50))
        let calls = try await nginx.stop().filter { $0.uri.hasPrefix("/items") }
        let refused = try #require(calls.firstIndex { $0.status == "429" })
        let next = try #require(calls[refused...].first { $0.status == "200" })
        #expect(next.time - calls[refused].time > 0.95, "\(calls.map(\.time))")
    }

    @Test(arguments: ["3600", "Fri, 31 Dec 2999 23:59:59 GMT", "99999999999999999999"])
    func `a Retry-After beyond patience ends with the time to come back`(value: String) async throws {
        let nginx = try await Nginx(#"location = /items { add_header Retry-After "\#(value)" always; return 503; }"#)
        let run = try await nginx.run()
        #expect(run.process.status == 75, "\(run.process.stderr)")
        #expect(run.process.duration < .seconds(10))
        #expect(try await nginx.stop().filter { $0.uri == "/items" }.count == 1)
    }

    @Test func `a server in maintenance is unavailable, not empty`() async throws {
        let nginx = try await Nginx(
            """
            location = /items {
                default_type text/html; return 503 "<html><body>Down for maintenance: see &lt;status&gt;</body></html>";
            }
            """
        )
        let run = try await nginx.run()
        #expect([69, 75].contains(run.process.status), "\(run.process.status): \(run.process.stderr)")
        #expect(run.process.stderr.contains("503"), "\(run.process.stderr)")
        #expect(try await nginx.stop().filter { $0.uri == "/items" }.count == 4)
        #expect(try !run.results().names.contains("items.ndjson"))
    }

    @Test(arguments: [
        "<html>Please log in</html>", "", "{", #"{"items":[1,2"#, #"{"items":[1,2]}}"#, #"{"items":[1 2]}"#, "\u{FEFF}",
        #"{"items":[{"a":1},{"a":NaN}]}"#, #"{'items':[]}"#,
    ])
    func `a success that is not JSON is an error of the protocol`(body: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write(body, to: "www/items.json")
        let nginx = try await Nginx("location = /items { try_files /items.json =404; }", in: folder)
        let run = try await nginx.run()
        #expect(run.process.status == 76, "\(run.process.stderr)")
        #expect(try !run.results().names.contains("items.ndjson"))
        #expect(run.process.stderr.contains("items"), "\(run.process.stderr)")
    }

    @Test(arguments: [
        (404, 1, "404"), (400, 1, "400"), (403, 77, "403"), (405, 1, "405"), (410, 1, "410"), (501, 69, "501"),
        (500, 69, "500"), (502, 69, "502"), (504, 69, "504"), (204, 0, "0 records"), (304, 1, "304"),
    ])
    func `statuses end as the design says`(status: Int, exit: Int32, named: String) async throws {
        let nginx = try await Nginx("location = /items { return \(status); }")
        let run = try await nginx.run()
        #expect(run.process.status == exit, "\(status): \(run.process.status): \(run.process.stderr)")
        #expect(run.process.stderr.contains(named), "\(run.process.stderr)")
    }

    @Test(arguments: ["short-length", "chunks-cut", "reset", "silence"])
    func `an answer that is cut off is fetched again, and leaves nothing behind`(fault: String) async throws {
        let upstream = try await IndependentServer("broken_server.py", "--fault", fault, "--times", "2")
        let nginx = try await Nginx(Self.proxy(to: upstream))
        let run = try await nginx.run()
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records() == (0..<2000).map { #"{"id":\#($0)}"# })
        #expect(run.process.stderr.contains("2 repeated requests"), "\(run.process.stderr)")
    }

    @Test(arguments: ["short-length", "chunks-cut", "reset", "silence", "not-http", "header-bomb"])
    func `an answer that is always cut off leaves no file`(fault: String) async throws {
        let upstream = try await IndependentServer("broken_server.py", "--fault", fault, "--times", "1000")
        let nginx = try await Nginx(Self.proxy(to: upstream))
        let run = try await nginx.run()
        #expect([69, 76].contains(run.process.status), "\(run.process.status): \(run.process.stderr)")
        #expect(try !run.results().names.contains("items.ndjson"))
    }

    @Test(arguments: ["short-length", "chunks-cut", "reset"])
    func `the same without nginx between`(fault: String) async throws {
        let upstream = try await IndependentServer("broken_server.py", "--fault", fault, "--times", "2")
        let nginx = try await Nginx("")
        let job = nginx.job().replacingOccurrences(
            of: "base_url: \(nginx.api)",
            with: "base_url: \(upstream.announcement.baseURL)"
        )
        let folder = try TemporaryFolder()
        try folder.write(job, to: "items.yaml")
        let process = try await runner("items.yaml", in: folder, environment: Nginx.credentials)
        #expect(process.status == 0, "\(process.stderr)")
        let records = try RunResults(job: "items", in: folder).records("items")
        #expect(records == (0..<2000).map { #"{"id":\#($0)}"# })
    }

    @Test(arguments: ["short-length", "chunks-cut", "reset"])
    func `standard output gets nothing of an answer that is cut off`(fault: String) async throws {
        // Far more than any buffer on the way holds.
        let count = 300_000
        let upstream = try await IndependentServer(
            "broken_server.py",
            "--fault",
            fault,
            "--times",
            "2",
            "--records",
            "\(count)"
        )
        let nginx = try await Nginx(Self.proxy(to: upstream))
        let run = try await nginx.run(options: ["--stdout", "items"])
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(run.process.stderr.contains("2 repeated requests"), "\(run.process.stderr)")
        #expect(run.process.stdout == Data((0..<count).map { "{\"id\":\($0)}\n" }.joined().utf8))
    }

    @Test func `a write whose answer is cut off is not sent again`() async throws {
        let upstream = try await IndependentServer("broken_server.py", "--fault", "short-length", "--times", "2")
        let nginx = try await Nginx(Self.proxy(to: upstream))
        let run = try await nginx.run(
            "",
            request: "{ path: /items, method: POST, json: { a: 1 } }",
            scope: "write:items"
        )
        #expect(run.process.status == 79, "\(run.process.stderr)")
        #expect(run.process.stderr.contains("nobody knows"), "\(run.process.stderr)")
        #expect(try await nginx.stop().filter { $0.uri == "/items" }.count == 1)
    }

    @Test func `an API that listens nowhere is unavailable`() async throws {
        let nginx = try await Nginx("")
        let nobody = try ClosedPort()
        let job = nginx.job().replacingOccurrences(
            of: "base_url: \(nginx.api)",
            with: "base_url: \(nobody.url)"
        )
        let folder = try TemporaryFolder()
        try folder.write(job, to: "items.yaml")
        let process = try await runner("items.yaml", in: folder, environment: Nginx.credentials)
        #expect(process.status == 69, "\(process.stderr)")
        #expect(process.stderr.contains("refused"), "\(process.stderr)")
    }

    /// Passes `/items` on as it comes, without waiting for the whole of it.
    private static func proxy(to upstream: IndependentServer) -> String {
        """
        location = /items {
            proxy_pass \(upstream.announcement.baseURL);
            proxy_buffering off; proxy_http_version 1.1; proxy_next_upstream off; proxy_read_timeout 1s;
        }
        """
    }
}
