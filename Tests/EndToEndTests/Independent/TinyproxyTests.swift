import Foundation
import Testing

/// Calls that go through tinyproxy to nginx.
@Suite(.paced, .needsTinyproxy) struct TinyproxyTests {
    /// nginx under a name that tinyproxy knows and the command doesn't: without the proxy it can't be reached.
    ///
    /// - Parameter names: what the certificate is for.
    private static func nginx(
        host: String = PrivateNames.api,
        names: String = "DNS:\(PrivateNames.api)"
    ) async throws -> (Nginx, TestAuthority) {
        let folder = try TemporaryFolder()
        let tls = try await TestAuthority(for: names, in: folder)
        let api = #"location = /items { return 200 '{"items":[1]}'; }"#
        return (try await Nginx(Nginx.Configuration(api: api, tls: tls, host: host), in: folder), tls)
    }

    /// tinyproxy's password, and how a URL may write it.
    private static let password = "proxy-password"
    private static let escaped = "proxy%2Dpassword"

    private static func endpoint(_ tls: TestAuthority, proxy: String? = nil) -> String {
        "tls: { ca_file: \(tls.authority) }" + (proxy.map { "\nproxy: http://\($0)" } ?? "")
    }

    @Test func `the environment's proxy tunnels https, and the proxy resolves the name`() async throws {
        let (nginx, tls) = try await Self.nginx()
        let proxy = try await Tinyproxy(connectPorts: [nginx.port])
        let run = try await nginx.run(endpoint: Self.endpoint(tls, proxy: proxy.authority))
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try run.records() == ["1"])
        #expect(Set(try proxy.tunnels()) == ["\(PrivateNames.api):\(nginx.port)"])
    }

    @Test func `a proxy does not make an unknown authority acceptable`() async throws {
        let (nginx, _) = try await Self.nginx()
        let proxy = try await Tinyproxy(connectPorts: [nginx.port])
        let run = try await nginx.run(endpoint: "proxy: http://\(proxy.authority)")
        #expect(run.process.status == 69, "\(run.process.stderr)")
        #expect(run.process.stderr.contains("certificate"), "\(run.process.stderr)")
        #expect(try await nginx.stop().isEmpty)
    }

    @Test(arguments: ["DNS:other.example.org", "DNS:localhost,IP:127.0.0.1"])
    func `a proxy does not make another name's certificate acceptable`(names: String) async throws {
        let (nginx, tls) = try await Self.nginx(names: names)
        let proxy = try await Tinyproxy(connectPorts: [nginx.port])
        let run = try await nginx.run(endpoint: Self.endpoint(tls, proxy: proxy.authority))
        #expect(run.process.status == 69, "\(run.process.stderr)")
        #expect(run.process.stderr.contains("certificate is not for \(PrivateNames.api)"), "\(run.process.stderr)")
        #expect(try await nginx.stop().isEmpty)
    }

    @Test func `a certificate for the proxy's address is never taken for the API's`() async throws {
        // All of 127.0.0.0/8 is this machine, so the proxy and the API can have different addresses.
        let (nginx, tls) = try await Self.nginx(host: "127.0.0.1", names: "IP:127.0.0.2")
        let proxy = try await Tinyproxy(connectPorts: [nginx.port], host: "127.0.0.2")
        let run = try await nginx.run(endpoint: Self.endpoint(tls, proxy: proxy.authority))
        #expect(run.process.status != 0)
        #expect(run.process.stderr.contains("certificate"), "\(run.process.stderr)")
        #expect(try await nginx.stop().isEmpty)
    }

    @Test(arguments: ["https_proxy", "HTTPS_PROXY", "all_proxy"])
    func `variables name the proxy and its credentials`(variable: String) async throws {
        let (nginx, tls) = try await Self.nginx()
        let proxy = try await Tinyproxy(connectPorts: [nginx.port], user: "user \(Self.password)")
        let run = try await nginx.run(
            endpoint: Self.endpoint(tls),
            environment: [variable: "http://user:\(Self.escaped)@\(proxy.authority)"]
        )
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(Set(try proxy.tunnels()) == ["\(PrivateNames.api):\(nginx.port)"])
        for name in run.folder.files() {
            let text = String(decoding: try run.folder.read(name), as: UTF8.self)
            #expect(!text.contains(Self.password) && !text.contains(Self.escaped), "\(name)")
        }
    }

    /// It answers 407 to a request without credentials, which won't change by itself: nothing is tried again. To wrong
    /// ones it answers 401, as no proxy should (RFC 9110 section 15.5.2).
    @Test(arguments: [("", 78), ("user:mistyped@", 69)])
    func `a proxy that wants credentials is named`(credentials: String, status: Int) async throws {
        let (nginx, tls) = try await Self.nginx()
        let proxy = try await Tinyproxy(connectPorts: [nginx.port], user: "user \(Self.password)")
        let run = try await nginx.run(
            endpoint: Self.endpoint(tls),
            environment: ["https_proxy": "http://\(credentials)\(proxy.authority)"]
        )
        #expect(run.process.status == status, "\(run.process.stderr)")
        #expect(run.process.stderr.contains("the proxy \(proxy.authority)"), "\(run.process.stderr)")
        #expect(run.process.stderr.contains("USER:PASSWORD") == (status == 78), "\(run.process.stderr)")
        #expect(!run.process.stderr.contains("mistyped"))
        #expect(try await nginx.stop().isEmpty)
    }

    @Test func `a proxy that forbids the port is named`() async throws {
        let (nginx, tls) = try await Self.nginx()
        let proxy = try await Tinyproxy(connectPorts: [1])
        let run = try await nginx.run(endpoint: Self.endpoint(tls, proxy: proxy.authority))
        #expect(run.process.status == 69, "\(run.process.stderr)")
        #expect(run.process.stderr.contains("proxy"), "\(run.process.stderr)")
        #expect(try await nginx.stop().isEmpty)
    }

    @Test(arguments: [PrivateNames.api, "other.org, .example.org", "EXAMPLE.ORG", "*"])
    func `no_proxy keeps calls from the proxy`(list: String) async throws {
        let (nginx, tls) = try await Self.nginx()
        let proxy = try await Tinyproxy(connectPorts: [nginx.port])
        let names = try TemporaryFolder()
        let variables = ["https_proxy": "http://\(proxy.authority)", "no_proxy": list]
        let run = try await nginx.run(
            endpoint: Self.endpoint(tls),
            environment: variables.merging(try PrivateNames.environment(in: names)) { $1 }
        )
        withExtendedLifetime(names) {}
        #expect(run.process.status == 0, "\(run.process.stderr)")
        #expect(try proxy.tunnels().isEmpty)
    }

    @Test(arguments: ["127.0.0.1", "localhost"])
    func `variables don't apply to this machine, so a sandbox works in spite of them`(host: String) async throws {
        let (nginx, tls) = try await Self.nginx(host: host, names: "IP:127.0.0.1,DNS:localhost")
        let nobody = try ClosedPort()
        let run = try await nginx.run(
            endpoint: Self.endpoint(tls),
            environment: ["https_proxy": nobody.url, "http_proxy": nobody.url]
        )
        #expect(run.process.status == 0, "\(run.process.stderr)")
    }

    @Test func `a proxy that is down is named`() async throws {
        let (nginx, tls) = try await Self.nginx()
        let nobody = try ClosedPort()
        let run = try await nginx.run(endpoint: Self.endpoint(tls, proxy: "127.0.0.1:\(nobody.number)"))
        #expect(run.process.status == 69, "\(run.process.stderr)")
        #expect(run.process.stderr.contains("proxy"), "\(run.process.stderr)")
    }
}
