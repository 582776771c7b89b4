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
            ("other", true, "is not for localhost"), ("expired", true, "could not be verified"),
            ("lone", true, "could not be verified"), ("good", false, "could not be verified"),
        ])
        func wrongCertificate(name: String, isAuthorityKnown: Bool, reason: String) async throws {
            let certificates = try TestCertificates.shared.get()
            try await ScriptedServer.run(tls: certificates.context(name), Self.ok) { server in
                let configuration = isAuthorityKnown ? trusting(certificates) : TransportConfiguration()
                try await withTransport(configuration) { transport in
                    let url = server.url(scheme: "https", host: "localhost")
                    let error = await transport.failure(url, method: "POST", body: Array("secret".utf8))
                    #expect(Kind(error) == .notSent)
                    #expect(error?.reason?.hasPrefix("TLS: ") == true, "\(String(describing: error))")
                    #expect(error?.reason?.contains(reason) == true, "\(String(describing: error))")
                }
                #expect(server.log.received.isEmpty)
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
