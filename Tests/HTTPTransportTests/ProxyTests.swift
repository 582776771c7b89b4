import HTTPTransport
import JobExecution
import NIOCore
import NIOPosix
import Testing

extension TransportTests {
    /// Requests through a proxy.
    @Suite struct ProxyTests {
        private static let ok = ScriptedServer.Step.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

        private func configuration(_ proxies: ProxySettings) throws -> TransportConfiguration {
            var configuration = TransportConfiguration()
            configuration.additionalTrustRoots = try TestCertificates.shared.get().authority
            configuration.proxies = proxies
            configuration.connectTimeout = .seconds(2)
            return configuration
        }

        @Test func httpsThroughATunnel() async throws {
            let tls = try TestCertificates.shared.get().context("good")
            try await ScriptedServer.run(tls: tls, Self.ok) { server in
                try await ConnectProxy.run(to: server.port) { proxy in
                    let settings = try ProxySettings(environment: [
                        "HTTPS_PROXY": "http://us%65r:p%40ss@127.0.0.1:\(proxy.port)"
                    ])
                    try await withTransport(configuration(settings)) { transport in
                        let fields: HTTPFields = [HTTPField("Authorization", "Bearer t")]
                        for _ in 0..<3 {
                            let answer = try await transport.fetch("https://api.example.test/x", fields: fields)
                            #expect(answer.text == "hi")
                        }
                    }
                    #expect(proxy.log.heads.count == 1)
                    let head = try #require(proxy.log.heads.first)
                    #expect(head.hasPrefix("CONNECT api.example.test:443 HTTP/1.1\r\n"))
                    #expect(head.lowercased().contains("proxy-authorization: basic dxnlcjpwqhnz"))
                    #expect(!head.contains("Bearer"))
                }
                #expect(server.log.received.count == 3)
                #expect(server.log.received.allSatisfy { $0.field("proxy-authorization") == nil })
            }
        }

        @Test func plainHTTPThroughAProxyOnThisMachine() async throws {
            try await ScriptedServer.run(Self.ok) { server in
                try await ConnectProxy.run(to: server.port) { proxy in
                    let settings = try ProxySettings(url: "http://127.0.0.1:\(proxy.port)")
                    try await withTransport(configuration(settings)) { transport in
                        let answer = try await transport.fetch("http://localhost:9/")
                        #expect(answer.text == "hi")
                    }
                    #expect(proxy.log.heads.first?.hasPrefix("CONNECT localhost:9 ") == true)
                }
            }
        }

        @Test func plainHTTPNeverLeavesForAProxy() async throws {
            let settings = try ProxySettings(url: "http://proxy.example.test:3128")
            try await withTransport(configuration(settings)) { transport in
                #expect(Kind(await transport.failure("http://localhost:9/")) == .invalidRequest)
            }
        }

        @Test(arguments: [
            ("HTTP/1.1 407 Proxy\r\nContent-Length: 0\r\n\r\n", Kind.refusedByProxy, "credentials"),
            ("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", .notSent, "refused"),
            ("HTTP/1.1 302 Found\r\nLocation: https://evil.test/\r\nContent-Length: 0\r\n\r\n", .notSent, "refused"),
            ("SSH-2.0-OpenSSH\r\n\r\n", .notSent, "within the connect timeout"),
        ])
        func refusals(answer: String, kind: Kind, reason: String) async throws {
            try await ConnectProxy.run(to: 9, answer: answer) { proxy in
                let settings = try ProxySettings(url: "http://user:hunter2hunter2@127.0.0.1:\(proxy.port)")
                try await withTransport(configuration(settings)) { transport in
                    let error = await transport.failure("https://api.example.test/", method: "POST")
                    #expect(Kind(error) == kind, "\(String(describing: error))")
                    #expect(error?.reason?.contains(reason) == true, "\(String(describing: error))")
                    #expect(error?.reason?.contains("the proxy 127.0.0.1:\(proxy.port)") == true)
                    #expect(error?.reason?.contains("hunter2") == false)
                }
            }
        }

        @Test(arguments: ["http", "socks5"])
        func aProxyThatIsDownIsNamed(scheme: String) async throws {
            let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(host: "127.0.0.1", port: 0).get()
            let port = try #require(channel.localAddress?.port)
            try await channel.close()
            try await withTransport(configuration(try ProxySettings(url: "\(scheme)://127.0.0.1:\(port)"))) {
                transport in
                let error = await transport.failure("https://api.example.test/")
                #expect(Kind(error) == .notSent)
                #expect(error?.reason == "the proxy 127.0.0.1:\(port) refused the connection")
            }
        }

        @Test func aProxyWithoutAddressIsNamed() async throws {
            let settings = try ProxySettings(url: "http://no-such-host.invalid:3128")
            try await withTransport(configuration(settings)) { transport in
                let error = await transport.failure("https://api.example.test/")
                #expect(Kind(error) == .notSent)
                #expect(error?.reason?.contains("the proxy no-such-host.invalid:3128") == true)
            }
        }

        /// Each https host costs memory, and redirects can name any number.
        @Test func hostsAreBounded() async throws {
            try await ConnectProxy.run(to: 9, answer: "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n") {
                proxy in
                var configuration = try configuration(ProxySettings(url: "http://127.0.0.1:\(proxy.port)"))
                configuration.maximumHosts = 3
                try await withTransport(configuration) { transport in
                    for number in 0..<100 {
                        let error = await transport.failure("https://host\(number).example.test/")
                        #expect(Kind(error) == (number < 3 ? .notSent : .invalidRequest), "\(number)")
                    }
                    #expect(Kind(await transport.failure("https://host0.example.test/other")) == .notSent)
                }
                #expect(proxy.log.heads.count == 4)
            }
        }

        /// The proxy is the peer of the socket, and on 127.0.0.1: a certificate for it is none for the API.
        @Test(arguments: ["ambiguous", "address", "other", "common"])
        func aCertificateForTheProxyIsNoneForTheHost(name: String) async throws {
            let tls = try TestCertificates.shared.get().context(name)
            try await ScriptedServer.run(tls: tls, Self.ok) { server in
                try await ConnectProxy.run(to: server.port) { proxy in
                    let settings = try ProxySettings(url: "http://127.0.0.1:\(proxy.port)")
                    try await withTransport(configuration(settings)) { transport in
                        let error = await transport.failure("https://api.example.test/", method: "POST")
                        #expect(Kind(error) == .untrusted, "\(String(describing: error))")
                        #expect(error?.reason == "TLS: the certificate is not for api.example.test")
                    }
                    #expect(proxy.log.heads.count == 1)
                }
                #expect(server.log.received.isEmpty)
            }
        }

        @Test func anAddressBehindAProxyIsRefused() async throws {
            let tls = try TestCertificates.shared.get().context("address")
            try await ScriptedServer.run(tls: tls, Self.ok) { server in
                try await ConnectProxy.run(to: server.port) { proxy in
                    let settings = try ProxySettings(url: "http://127.0.0.1:\(proxy.port)")
                    try await withTransport(configuration(settings)) { transport in
                        for host in ["127.0.0.1", "192.0.2.1", "[::1]"] {
                            let error = await transport.failure("https://\(host)/", method: "POST")
                            #expect(Kind(error) == .invalidRequest, "\(String(describing: error))")
                            #expect(error?.reason?.contains("certificate") == true)
                        }
                    }
                    #expect(proxy.log.heads.isEmpty)
                }
            }
        }

        @Test func hostsOfNoProxyGoStraight() async throws {
            let tls = try TestCertificates.shared.get().context("good")
            try await ScriptedServer.run(tls: tls, Self.ok) { server in
                try await ConnectProxy.run(to: server.port) { proxy in
                    let settings = try ProxySettings(url: "127.0.0.1:\(proxy.port)", bypass: "example.org localhost")
                    try await withTransport(configuration(settings)) { transport in
                        try await transport.fetch(server.url(scheme: "https", host: "localhost"))
                    }
                    #expect(proxy.log.heads.isEmpty)
                }
            }
        }
    }
}
