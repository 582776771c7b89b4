import Foundation
import Testing

/// The paginators against pages that nginx serves.
@Suite(.paced, .needsNginx) struct NginxPagesTests {
    /// Serves `items/N.json` for the parameter `offset=N`, and nothing else of that folder.
    private static let byOffset = "location = /items { try_files /items/$arg_offset.json =404; }"

    /// Writes records 0 to `count` as files of `size` records each, named by their offsets.
    private static func pages(_ count: Int, by size: Int, total: Int?) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for offset in stride(from: 0, to: count, by: size) {
            let page = Items.page(offset..<min(offset + size, count), total: total)
            try folder.write(page, to: "www/items/\(offset).json")
        }
        return folder
    }

    private static let offset = """
        paginator: { type: offset, limit: 250, total_path: $.total }
        data_selector: $.items[*]
        """

    @Test(arguments: [1, 2, 8])
    func `pages by offset come once, in order, byte for byte`(concurrency: Int) async throws {
        let nginx = try await Nginx(Self.byOffset, in: Self.pages(1100, by: 250, total: 1100))
        let run = try await nginx.run(Self.offset + "\nconcurrency: \(concurrency)")
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records() == Items.lines(0..<1100))
        let requests = try await nginx.stop()
        #expect(requests.filter { $0.uri.hasPrefix("/items") }.map(\.status) == Array(repeating: "200", count: 5))
        #expect(requests.filter { $0.method == "POST" }.map(\.uri) == ["/token"])
    }

    @Test func `a server that clamps the limit loses no record`() async throws {
        // 300 are asked for, 100 come; pages asked for at multiples of 300 would skip two thirds.
        let nginx = try await Nginx(Self.byOffset, in: Self.pages(1000, by: 100, total: 1000))
        let run = try await nginx.run(
            """
            paginator: { type: offset, limit: 300, total_path: $.total, stop_on_short_page: false }
            data_selector: $.items[*]
            concurrency: 4
            """
        )
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records() == Items.lines(0..<1000))
        #expect(run.process.stderr.contains("100 records a page although 300 were asked for"), "\(run.process.stderr)")
    }

    @Test func `a clamped limit without a total ends at the empty page`() async throws {
        let folder = try Self.pages(300, by: 100, total: nil)
        try folder.write(#"{"items":[]}"#, to: "www/items/300.json")
        let nginx = try await Nginx(Self.byOffset, in: folder)
        let run = try await nginx.run(
            """
            paginator: { type: offset, limit: 250, stop_on_short_page: false }
            data_selector: $.items[*]
            """
        )
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records() == Items.lines(0..<300))
    }

    @Test func `a server that ignores the offset is found out`() async throws {
        let folder = try Self.pages(250, by: 250, total: 1000)
        let nginx = try await Nginx("location = /items { try_files /items/0.json =404; }", in: folder)
        let run = try await nginx.run(Self.offset)
        #expect(run.process.status == 76)
        #expect(run.process.stderr.contains("repeats the page before it"), "\(run.process.stderr)")
        #expect(try !run.results().names.contains("items.ndjson"))
    }

    @Test func `a total that is missing is an error of the protocol`() async throws {
        let nginx = try await Nginx(Self.byOffset, in: Self.pages(250, by: 250, total: nil))
        let run = try await nginx.run(Self.offset)
        #expect(run.process.status == 76)
        #expect(run.process.stderr.contains("$.total"), "\(run.process.stderr)")
    }

    @Test func `an empty list is a result`() async throws {
        let folder = try TemporaryFolder()
        try folder.write(#"{"total": 0, "items": [ ]}"#, to: "www/items/0.json")
        let nginx = try await Nginx(Self.byOffset, in: folder)
        let run = try await nginx.run(Self.offset)
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records().isEmpty)
        #expect(try run.results().names.contains("items.ndjson"))
    }

    @Test func `a list that is null, as Go writes an empty one, is an empty list`() async throws {
        let folder = try TemporaryFolder()
        try folder.write(#"{"total": 0, "items": null}"#, to: "www/items/0.json")
        let nginx = try await Nginx(Self.byOffset, in: folder)
        let run = try await nginx.run(Self.offset)
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records().isEmpty)
    }

    @Test(arguments: [
        #"{"total": 5, "items": null}"#, #"{"total": 5, "items": []}"#, #"{"total": 0}"#, #"{"total": 0, "items": {}}"#,
        #"{"total": -1, "items": []}"#, #"{"total": "many", "items": []}"#, #"{"total": 1e99, "items": [1]}"#, "null",
    ])
    func `an answer that contradicts itself or the job is no empty list`(answer: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write(answer, to: "www/items/0.json")
        let nginx = try await Nginx(Self.byOffset, in: folder)
        let run = try await nginx.run(Self.offset)
        #expect(run.process.status == 76, "\(run.process.stderr)")
        #expect(try !run.results().names.contains("items.ndjson"))
    }

    @Test func `pages by number end at the empty page`() async throws {
        let folder = try TemporaryFolder()
        for page in 1...3 {
            try folder.write(Items.page((page - 1) * 10..<page * 10), to: "www/items/\(page).json")
        }
        try folder.write(#"{"items":[]}"#, to: "www/items/4.json")
        let nginx = try await Nginx("location = /items { try_files /items/$arg_p.json =404; }", in: folder)
        let run = try await nginx.run(
            """
            paginator: { type: page_number, page_param: p }
            data_selector: $.items[*]
            """
        )
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records() == Items.lines(0..<30))
    }

    @Test func `pages by number end at the total, without asking for one more`() async throws {
        let folder = try TemporaryFolder()
        for page in 0..<3 {
            let text = Items.page(page * 10..<page * 10 + 10, extra: #", "pages": 3"#)
            try folder.write(text, to: "www/items/\(page).json")
        }
        let nginx = try await Nginx("location = /items { try_files /items/$arg_page.json =404; }", in: folder)
        let run = try await nginx.run(
            """
            paginator: { type: page_number, initial_page: 0, total_path: $.pages }
            data_selector: $.items[*]
            """
        )
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records() == Items.lines(0..<30))
        #expect(try await nginx.stop().filter { $0.uri.hasPrefix("/items") }.count == 3)
    }

    @Test func `a cursor is sent back as it came, whatever is in it`() async throws {
        // As a server may make them: base64 with its `+`, `/` and `=`, and a space.
        let folder = try TemporaryFolder()
        let cursor = "a+b/c= &d"
        try folder.write(Items.page(0..<10, extra: #", "next": "\#(cursor)""#), to: "www/first.json")
        try folder.write(Items.page(10..<20, extra: #", "next": null"#), to: "www/second.json")
        let nginx = try await Nginx(
            Nginx.Configuration(
                api: "location = /items { try_files /$page =404; }",
                shared: """
                    map $arg_after $page {
                        default none;
                        "" first.json;
                        "a%2Bb%2Fc%3D%20%26d" second.json;
                    }
                    """
            ),
            in: folder
        )
        let run = try await nginx.run(
            """
            paginator: { type: cursor, cursor_path: $.next, cursor_param: after }
            data_selector: $.items[*]
            """
        )
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records() == Items.lines(0..<20))
    }

    @Test(arguments: ["/items?page=2", "?page=2", "items?page=2", "./x/../items?page=2", "$api/items?page=2"])
    func `a link in the body is followed, relative or absolute`(link: String) async throws {
        let nginx = try await Nginx(Self.linked(link))
        let run = try await nginx.run(Self.jsonLink)
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records() == [#"{"page":1}"#, #"{"page":2}"#])
        #expect(try await nginx.stop().allSatisfy { $0.port == "\(nginx.port)" })
    }

    @Test(arguments: ["$elsewhere/items?page=2", "http://127.0.0.2/items", "//elsewhere.example/items"])
    func `a link to another origin is refused, and nothing is sent there`(link: String) async throws {
        let nginx = try await Nginx(Self.linked(link))
        let run = try await nginx.run(Self.jsonLink)
        #expect(run.process.status == 76)
        #expect(run.process.stderr.contains("leads to another origin"), "\(run.process.stderr)")
        #expect(try await nginx.stop().allSatisfy { $0.port == "\(nginx.port)" })
    }

    @Test func `links that go round in a circle end`() async throws {
        let nginx = try await Nginx(
            """
            location = /items { return 200 '{"items":[{"page":"$arg_page"}],"next":"/items?page=$next"}'; }
            set $next 1;
            if ($arg_page = 1) { set $next 2; }
            """
        )
        let run = try await nginx.run(Self.jsonLink)
        #expect(run.process.status == 76)
        #expect(run.process.stderr.contains("go round in a circle"), "\(run.process.stderr)")
    }

    @Test func `Link fields are followed, among other links and with other parameters`() async throws {
        let nginx = try await Nginx(
            Nginx.Configuration(
                api: """
                    location = /items {
                        add_header Link '<$api/items?page=9>; rel="last", <$api/a,b>; title="x, rel=next"; rel=prev';
                        add_header Link $next;
                        return 200 '[{"page":"$arg_page"}]';
                    }
                    """,
                shared: """
                    map $arg_page $next {
                        default "";
                        "" '</items?page=2>; rel="start next"';
                        2 '<$api/items?page=3>;rel=next';
                    }
                    """
            )
        )
        let run = try await nginx.run(
            """
            paginator: { type: header_link }
            data_selector: $[*]
            """
        )
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records() == [#"{"page":""}"#, #"{"page":"2"}"#, #"{"page":"3"}"#])
    }

    @Test func `a Link field to another origin is refused`() async throws {
        let nginx = try await Nginx(
            """
            location = /items { add_header Link '<$elsewhere/items>; rel="next"'; return 200 '[1]'; }
            """
        )
        let run = try await nginx.run("paginator: { type: header_link }\ndata_selector: $[*]")
        #expect(run.process.status == 76)
        #expect(try await nginx.stop().allSatisfy { $0.port == "\(nginx.port)" })
    }

    @Test func `more pages than max_pages are an error`() async throws {
        let nginx = try await Nginx(Self.byOffset, in: Self.pages(1000, by: 250, total: 1000))
        let run = try await nginx.run(
            """
            paginator: { type: offset, limit: 250, total_path: $.total, max_pages: 3 }
            data_selector: $.items[*]
            """
        )
        #expect(run.process.status == 1)
        #expect(run.process.stderr.contains("max_pages"), "\(run.process.stderr)")
        #expect(try await nginx.stop().filter { $0.uri.hasPrefix("/items") }.count == 3)
    }

    private static let jsonLink = """
        paginator: { type: json_link, next_url_path: $.next }
        data_selector: $.items[*]
        """

    /// Two pages, the first of which names the second with this link.
    private static func linked(_ link: String) -> String {
        """
        location = /items {
            if ($arg_page = 2) { return 200 '{"items":[{"page":2}],"next":null}'; }
            return 200 '{"items":[{"page":1}],"next":"\(link)"}';
        }
        """
    }
}
