import Foundation
import Testing

/// How bodies travel: compressed, in chunks, over connections that are used again, and large ones.
@Suite(.paced, .needsNginx) struct NginxTransferTests {
    private static let offset = """
        paginator: { type: offset, limit: 500, total_path: $.total }
        data_selector: $.items[*]
        """

    /// 4 pages of 500 records.
    private static func pages() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for offset in stride(from: 0, to: 2000, by: 500) {
            try folder.write(Items.page(offset..<offset + 500, total: 2000), to: "www/items/\(offset).json")
        }
        return folder
    }

    private static let files = "location = /items { try_files /items/$arg_offset.json =404; }"

    @Test(arguments: 1...3) func `compressed answers give the same bytes`(level: Int) async throws {
        let gzip = "gzip on; gzip_comp_level \(level * 3); gzip_min_length 1; gzip_types application/json;"
        let nginx = try await Nginx(gzip + Self.files, in: Self.pages())
        let run = try await nginx.run(Self.offset)
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records() == Items.lines(0..<2000))
        let pages = try await nginx.stop().filter { $0.uri.hasPrefix("/items") }
        #expect(pages.map(\.encoding) == Array(repeating: "gzip", count: 4))
    }

    @Test func `an answer in chunks gives the same bytes`() async throws {
        // SSI makes nginx drop the length and send chunks.
        let nginx = try await Nginx("ssi on; ssi_types *; " + Self.files, in: Self.pages())
        let run = try await nginx.run(Self.offset)
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records() == Items.lines(0..<2000))
    }

    @Test func `a slow server that trickles gives the same bytes`() async throws {
        let folder = try TemporaryFolder()
        try folder.write(Items.page(0..<300, total: 300), to: "www/items/0.json")
        let nginx = try await Nginx(
            "limit_rate 100k; sendfile_max_chunk 1k; output_buffers 1 512; " + Self.files,
            in: folder
        )
        let run = try await nginx.run(Self.offset)
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records() == Items.lines(0..<300))
    }

    @Test(arguments: [false, true]) func `connections are used again`(withTLS: Bool) async throws {
        let folder = try Self.pages()
        let tls = withTLS ? try await TestAuthority(for: "IP:127.0.0.1", in: folder) : nil
        let nginx = try await Nginx(Nginx.Configuration(api: Self.files, tls: tls), in: folder)
        let run = try await nginx.run(
            Self.offset + "\nconcurrency: 1\nfor_each: [1, 2, 3, 4, 5]",
            endpoint: tls.map { "tls: { ca_file: \($0.authority) }" } ?? ""
        )
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records().count == 10_000)
        let requests = try await nginx.stop()
        #expect(requests.count == 21)
        #expect(Set(requests.map(\.connection)).count <= 2, "\(requests.map(\.connection))")
    }

    @Test func `a server that closes each connection is no trouble`() async throws {
        let nginx = try await Nginx("keepalive_timeout 0; " + Self.files, in: Self.pages())
        let run = try await nginx.run(Self.offset)
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records() == Items.lines(0..<2000))
        let connections = try await nginx.stop().filter { $0.uri.hasPrefix("/items") }.map(\.connection)
        #expect(Set(connections).count == 4)
    }

    @Test func `a server that closes connections after a few requests is no trouble`() async throws {
        let nginx = try await Nginx("keepalive_requests 2; " + Self.files, in: Self.pages())
        let run = try await nginx.run(Self.offset + "\nfor_each: [1, 2, 3, 4, 5]\nconcurrency: 4")
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records() == (0..<5).flatMap { _ in Items.lines(0..<2000) })
    }

    @Test func `requests say who sends them`() async throws {
        let nginx = try await Nginx(Self.files, in: Self.pages())
        let run = try await nginx.run(Self.offset)
        #expect(run.process.status == 0, "\(run.process.stderr)")
        // Some APIs answer 403 to requests without it (RFC 9110 section 10.1.5: a user agent should send it).
        let agents = try await nginx.stop().map(\.agent)
        #expect(agents.count == 5)
        #expect(agents.allSatisfy { $0.hasPrefix("runner/") }, "\(agents)")
    }

    /// One answer of about 1 GB: read from one file, written to another, and never held.
    @Test func `one answer of a gigabyte goes through in little memory`() async throws {
        let folder = try TemporaryFolder()
        let line = Items.line(1234567)
        let block = Data(repeatElement(line, count: 10_000).joined(separator: ", \n").utf8)
        let blocks = 1_000_000_000 / block.count
        try folder.write(#"{"total": \#(blocks * 10_000), "items": ["#, to: "www/items/0.json")
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder("www/items/0.json")))
        try file.seekToEnd()
        for number in 0..<blocks {
            try file.write(contentsOf: number == 0 ? block : Data(",".utf8) + block)
        }
        try file.write(contentsOf: Data("]}".utf8))
        try file.close()

        let nginx = try await Nginx(Self.files, in: folder)
        let run = try await nginx.run("data_selector: $.items[*]", request: "{ path: /items, params: { offset: 0 } }")
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(run.process.peakMemory < 64 << 10, "\(run.process.peakMemory) KiB")
        let results = try run.results()
        let step = try #require(try results.manifest().steps.first)
        #expect(step.records == blocks * 10_000)
        let size = try FileManager.default.attributesOfItem(atPath: run.folder("\(results.path)/items.ndjson"))[.size]
        #expect(size as? Int == blocks * 10_000 * (line.utf8.count + 1))
    }

    @Test func `a small answer that inflates to a large one goes through in little memory`() async throws {
        let folder = try TemporaryFolder()
        // Real data shrinks to a tenth or so: numbers that differ keep it from shrinking to nothing.
        let page = Items.page(0..<400_000)
        try folder.write(page, to: "www/items.json")
        let nginx = try await Nginx(
            "gzip on; gzip_comp_level 9; gzip_types application/json; location = /items { try_files /items.json =404; }",
            in: folder
        )
        let run = try await nginx.run()
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(run.process.peakMemory < 64 << 10, "\(run.process.peakMemory) KiB")
        #expect(try run.results().manifest().steps.map(\.records) == [400_000])
    }

    @Test func `a compression bomb is refused before it goes off`() async throws {
        let folder = try TemporaryFolder()
        let bomb = Data(#"{"items":["#.utf8) + Data(repeating: UInt8(ascii: " "), count: 200 << 20) + Data("]}".utf8)
        try folder.write(bomb, to: "www/items.json")
        let nginx = try await Nginx(
            "gzip on; gzip_types application/json; location = /items { try_files /items.json =404; }",
            in: folder
        )
        let run = try await nginx.run()
        #expect(run.process.status == 76, "\(run.process.stderr)")
        #expect(run.process.peakMemory < 64 << 10, "\(run.process.peakMemory) KiB")
    }
}
