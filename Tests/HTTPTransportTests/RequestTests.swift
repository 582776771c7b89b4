import HTTPTransport
import JobExecution
import Testing

extension TransportTests {
    /// Requests that are refused before anything is connected.
    @Suite struct RequestTests {
        @Test(arguments: [
            "", "/", "example.org", "ftp://example.org/", "file:///etc/passwd", "unix:///run/x", "http+unix://x/",
            "https://", "https:///path", "https://:443/", "https://user@example.org/", "https://user:p@example.org/",
            "https://example.org:/", "https://example.org:0/", "https://example.org:65536/", "https://example.org:4x/",
            "https://exa mple.org/", "https://example.org/a b", "https://example.org/\r\nX: y", "https://example.org/é",
            "https://exämple.org/", "https://example.org/%", "https://example.org/%4", "https://example.org/%zz",
            "https://example.org\\@evil.org/", "https://[::1", "https://[x]/", "https://[::1]x/",
            "https://ex%41mple.org/",
            "https://example.org/\u{0}", "https://example.org/<>", "https://a]b/", "https://[127.0.0.1]/",
        ])
        func malformedURLs(url: String) async throws {
            try await withTransport { transport in
                #expect(Kind(await transport.failure(url)) == .invalidRequest, "\(url)")
            }
        }

        @Test(arguments: [
            "http://example.org/", "http://10.0.0.1/", "http://128.0.0.1/", "http://127.0.0.1.example.org/",
            "http://localhost.example.org/", "http://127.1/", "http://2130706433/", "http://0x7f.0.0.1/",
            "http://0.0.0.0/",
            "http://[::]/", "http://[::2]/", "http://[fe80::1]/", "http://127.0.0.1@example.org/", "http://xlocalhost/",
        ])
        func plainHTTPStaysHere(url: String) async throws {
            try await withTransport { transport in
                #expect(Kind(await transport.failure(url)) == .invalidRequest, "\(url)")
            }
        }

        @Test(arguments: ["127.0.0.1", "localhost", "LOCALHOST", "127.0.0.99"])
        func plainHTTPToThisMachine(host: String) async throws {
            try await withTransport { transport in
                // Port 1 is not listening: what matters is that the refusal is not ours.
                #expect(Kind(await transport.failure("http://\(host):1/")) == .notSent)
            }
        }

        @Test(arguments: [
            HTTPField("Host", "evil.org"), HTTPField("content-length", "5"), HTTPField("Transfer-Encoding", "chunked"),
            HTTPField("Connection", "close"), HTTPField("Upgrade", "h2c"), HTTPField("Expect", "100-continue"),
            HTTPField("Proxy-Authorization", "Basic c2VjcmV0"), HTTPField("TE", "trailers"),
            HTTPField("X", "a\r\nY: b"), HTTPField("X", "a\nb"), HTTPField("X", "a\u{0}"), HTTPField("X", " c2VjcmV0"),
            HTTPField("X", "c2VjcmV0\t"), HTTPField("X\r\nY", "a"), HTTPField("X Y", "a"), HTTPField("", "a"),
            HTTPField("X:", "a"), HTTPField("Xé", "a"),
        ])
        func forbiddenFields(field: HTTPField) async throws {
            try await withTransport { transport in
                let error = await transport.failure("http://127.0.0.1:1/", fields: [field])
                #expect(Kind(error) == .invalidRequest)
                #expect(error?.reason?.contains("c2VjcmV0") == false, "a value may be a secret")
            }
        }

        @Test(arguments: ["", "GET /x", "GET\r\n", "CONNECT", "trace", "GÉT"])
        func forbiddenMethods(method: String) async throws {
            try await withTransport { transport in
                #expect(Kind(await transport.failure("http://127.0.0.1:1/", method: method)) == .invalidRequest)
            }
        }

        @Test(arguments: [("runner/1.2.3", nil, "runner/1.2.3"), ("runner/1.2.3", "mine (x)", "mine (x)")])
        func requestsSayWhoSendsThem(userAgent: String, own: String?, seen: String) async throws {
            var configuration = TransportConfiguration()
            configuration.userAgent = userAgent
            try await ScriptedServer.run(.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) { server in
                try await withTransport(configuration) { transport in
                    let fields = HTTPFields(own.map { [HTTPField("user-AGENT", $0)] } ?? [])
                    try await transport.fetch(server.url(), fields: fields)
                }
                let received = try #require(server.log.received.first)
                #expect(received.field("user-agent") == seen)
                #expect(received.head.lowercased().split(separator: "user-agent:").count == 2)
            }
        }

        @Test(arguments: ["/no/such/file.pem", "/dev/null", "/"])
        func unusableCertificates(path: String) {
            var configuration = TransportConfiguration()
            configuration.additionalTrustRoots = path
            #expect(throws: TransportConfigurationError.self) { try AsyncHTTPClientTransport(configuration) }
        }
    }
}
