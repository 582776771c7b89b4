import Foundation
import Testing

/// TLS to nginx, with certificates of an authority that no machine knows.
@Suite(.paced, .needsNginx) struct NginxTLSTests {
    private static let items = #"location = /items { return 200 '{"items":[{"tls":"$ssl_protocol"}]}'; }"#

    private static func nginx(
        for names: String,
        host: String = "127.0.0.1",
        version: String = "TLSv1.3"
    ) async throws -> (Nginx, TestAuthority) {
        let folder = try TemporaryFolder()
        let tls = try await TestAuthority(for: names, in: folder)
        let configuration = Nginx.Configuration(
            api: items,
            shared: "ssl_protocols \(version);",
            tls: tls,
            host: host,
            offersHTTP2: true
        )
        return (try await Nginx(configuration, in: folder), tls)
    }

    @Test(
        arguments: [
            ("IP:127.0.0.1", "127.0.0.1"), ("DNS:localhost", "localhost"), ("DNS:a.org,DNS:localhost", "localhost"),
        ],
        ["TLSv1.2", "TLSv1.3"]
    )
    func `a given authority is trusted`(certificate: (names: String, host: String), version: String) async throws {
        let (nginx, tls) = try await Self.nginx(for: certificate.names, host: certificate.host, version: version)
        let run = try await nginx.run(endpoint: "tls: { ca_file: \(tls.authority) }")
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records() == [#"{"tls":"\#(version)"}"#])
    }

    @Test func `an authority file is found beside the job, wherever the job is run`() async throws {
        let (nginx, tls) = try await Self.nginx(for: "IP:127.0.0.1")
        let folder = try TemporaryFolder()
        try folder.write(nginx.job(endpoint: "tls: { ca_file: ca.pem }"), to: "jobs/items.yaml")
        try folder.write(Data(contentsOf: URL(fileURLWithPath: tls.authority)), to: "jobs/ca.pem")
        let process = try await runner("jobs/items.yaml", in: folder, environment: Nginx.credentials)
        #expect(process.status == 0, "\(process.stderr)")
    }

    @Test func `an unknown authority is refused, by name and with a remedy`() async throws {
        let (nginx, _) = try await Self.nginx(for: "IP:127.0.0.1")
        let run = try await nginx.run()
        #expect(run.process.status == 69, "\(run.process.stderr)")
        #expect(run.process.stderr.contains("certificate"), "\(run.process.stderr)")
        #expect(run.process.stderr.contains("ca_file"), "\(run.process.stderr)")
        #expect(try await nginx.stop().isEmpty)
    }

    @Test(arguments: [
        ("DNS:api.example.org", "127.0.0.1"), ("IP:127.0.0.2", "127.0.0.1"), ("DNS:127.0.0.1", "127.0.0.1"),
        ("DNS:other.localhost", "localhost"),
        // For the address that the name leads to: whoever forges the name's resolution may well have such a one.
        ("IP:127.0.0.1", "localhost"),
    ])
    func `a certificate for another host is refused`(names: String, host: String) async throws {
        let (nginx, tls) = try await Self.nginx(for: names, host: host)
        let run = try await nginx.run(endpoint: "tls: { ca_file: \(tls.authority) }")
        #expect(run.process.status == 69, "\(run.process.stderr)")
        #expect(run.process.stderr.contains("certificate"), "\(run.process.stderr)")
        #expect(try await nginx.stop().isEmpty)
    }

    @Test(arguments: ["missing.pem", "empty.pem", "text.pem"])
    func `an authority file that can't be used is named before anything is sent`(name: String) async throws {
        let (nginx, _) = try await Self.nginx(for: "IP:127.0.0.1")
        let folder = try TemporaryFolder()
        try folder.write("", to: "empty.pem")
        try folder.write("no certificate", to: "text.pem")
        let run = try await nginx.run(endpoint: "tls: { ca_file: \(folder(name)) }")
        #expect([66, 78].contains(run.process.status), "\(run.process.status): \(run.process.stderr)")
        #expect(run.process.stderr.contains(name), "\(run.process.stderr)")
    }

    @Test func `plain http on a port of TLS, and TLS on a port of plain http, are explained`() async throws {
        let nginx = try await Nginx(Self.items)
        let wrong = nginx.job().replacingOccurrences(of: "http://", with: "https://")
        let folder = try TemporaryFolder()
        try folder.write(wrong, to: "items.yaml")
        let process = try await runner("items.yaml", in: folder, environment: Nginx.credentials)
        #expect(process.status == 69, "\(process.stderr)")
        #expect(process.stderr.contains("TLS"), "\(process.stderr)")
    }

    @Test func `a redirect from https to http is refused`() async throws {
        let plain = try await Nginx(Self.items)
        let folder = try TemporaryFolder()
        let tls = try await TestAuthority(for: "IP:127.0.0.1", in: folder)
        let nginx = try await Nginx(
            Nginx.Configuration(api: "location = /items { return 302 \(plain.api)/items; }", tls: tls),
            in: folder
        )
        let run = try await nginx.run(endpoint: "tls: { ca_file: \(tls.authority) }")
        #expect(run.process.status == 76, "\(run.process.stderr)")
        #expect(run.process.stderr.contains("from https to plain http"), "\(run.process.stderr)")
        #expect(try await plain.stop().isEmpty)
    }
}
