import HTTPTransport
import JobExecution
import NIOSSL
import Testing

extension TransportTests {
    /// Certificates: only the right one for the host, from a known authority, in its time, lets a request out.
    @Suite struct TLSTests {
        private static let ok = ScriptedServer.Step.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

        private func trusting(_ certificates: TestCertificates) -> TransportConfiguration {
            var configuration = TransportConfiguration()
            configuration.additionalTrustRoots = certificates.authority
            return configuration
        }

        @Test(arguments: ["localhost", "127.0.0.1"])
        func rightCertificate(host: String) async throws {
            let certificates = try TestCertificates.shared.get()
            try await ScriptedServer.run(tls: certificates.context("good"), Self.ok) { server in
                try await withTransport(trusting(certificates)) { transport in
                    for _ in 0..<5 {
                        let answer = try await transport.fetch(server.url(scheme: "https", host: host))
                        #expect(answer.text == "hi")
                    }
                }
                #expect(server.log.connections == 1)
            }
        }

        @Test(arguments: [
            ("other", true, "is not for localhost"), ("wildcard", true, "is not for localhost"),
            // For the address that the name leads to. Whoever forges the name's resolution may well have such a one.
            ("address", true, "is not for localhost"),
            ("common", true, "is not for localhost"), ("email", true, "is not for localhost"),
            ("expired", true, "could not be verified"),
            ("lone", true, "could not be verified"), ("good", false, "could not be verified"),
        ])
        func wrongCertificate(name: String, isAuthorityKnown: Bool, reason: String) async throws {
            let certificates = try TestCertificates.shared.get()
            try await ScriptedServer.run(tls: certificates.context(name), Self.ok) { server in
                let configuration = isAuthorityKnown ? trusting(certificates) : TransportConfiguration()
                try await withTransport(configuration) { transport in
                    let url = server.url(scheme: "https", host: "localhost")
                    for _ in 0..<3 {
                        let error = await transport.failure(url, method: "POST", body: Array("secret".utf8))
                        #expect(Kind(error) == .untrusted, "\(String(describing: error))")
                        #expect(error?.reason?.hasPrefix("TLS: ") == true, "\(String(describing: error))")
                        #expect(error?.reason?.contains(reason) == true, "\(String(describing: error))")
                    }
                    // A connection that was found out must not stay open.
                    try await server.log.closed.wait()
                }
                #expect(server.log.connections == 3)
                #expect(server.log.received.isEmpty)
            }
        }

        @Test(arguments: ["other", "good"], [4, 16])
        func manyAtOnceAreAllAnsweredAlike(name: String, requests: Int) async throws {
            let certificates = try TestCertificates.shared.get()
            try await ScriptedServer.run(tls: certificates.context(name), Self.ok) { server in
                try await withTransport(trusting(certificates)) { transport in
                    let kinds = await withTaskGroup(of: Kind.self) { group in
                        for _ in 0..<requests {
                            group.addTask {
                                Kind(await transport.failure(server.url(scheme: "https", host: "localhost")))
                            }
                        }
                        return await group.reduce(into: []) { $0.append($1) }
                    }
                    #expect(kinds == Array(repeating: name == "good" ? .none : .untrusted, count: requests))
                }
                #expect(server.log.received.count == (name == "good" ? requests : 0))
            }
        }

        /// A certificate for one host of a server must not open connections for another, whichever comes first.
        @Test func eachHostIsCheckedByItself() async throws {
            let certificates = try TestCertificates.shared.get()
            try await ScriptedServer.run(tls: certificates.context("address"), Self.ok) { server in
                try await withTransport(trusting(certificates)) { transport in
                    for _ in 0..<2 {
                        try await transport.fetch(server.url(scheme: "https", host: "127.0.0.1"))
                        let error = await transport.failure(server.url(scheme: "https", host: "localhost"))
                        #expect(Kind(error) == .untrusted)
                    }
                }
                #expect(server.log.received.count == 2)
            }
        }

        /// A server that answers the TLS hello in clear text, as one does whose port is meant for plain http.
        @Test func serverWithoutTLS() async throws {
            let answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
            try await ConnectProxy.run(to: 9, greeting: answer) { server in
                try await withTransport { transport in
                    let error = await transport.failure("https://localhost:\(server.port)/")
                    #expect(Kind(error) == .notSent)
                    #expect(error?.reason?.contains("does not speak TLS") == true, "\(String(describing: error))")
                }
            }
        }

        @Test func truncationWithoutLengthIsNoticed() async throws {
            // Without Content-Length the end of the body is the end of TLS: an attacker's FIN must not pass for it.
            let certificates = try TestCertificates.shared.get()
            let steps = [ScriptedServer.Step.send("HTTP/1.1 200 OK\r\n\r\nhalf"), .drop]
            try await ScriptedServer.run(tls: certificates.context("good"), script: { _ in steps }) { server in
                try await withTransport(trusting(certificates)) { transport in
                    let error = await transport.failure(server.url(scheme: "https", host: "localhost"))
                    #expect(Kind(error) == .lost, "\(String(describing: error))")
                }
            }
        }
    }
}
