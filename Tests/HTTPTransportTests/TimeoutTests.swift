import HTTPTransport
import JobExecution
import Testing

extension TransportTests {
    /// The clocks of an exchange, and cancellation.
    @Suite struct TimeoutTests {
        private static let half = ScriptedServer.Step.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")

        @Test func timeoutBoundsTheWaitForAnAnswer() async throws {
            let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
            try await ScriptedServer.run(script: { $0.line.contains("/silent") ? [] : [.send(ok)] }) { server in
                try await withTransport { transport in
                    // The short timeout is not to be spent on connecting.
                    try await transport.fetch(server.url())
                    let error = await transport.failure(
                        server.url("/silent"),
                        method: "POST",
                        timeout: .milliseconds(500)
                    )
                    #expect(Kind(error) == .timedOut(sent: true))
                    try await server.log.closed.wait()
                }
            }
        }

        @Test func timeoutBoundsTheBody() async throws {
            try await ScriptedServer.run(Self.half) { server in
                try await withTransport { transport in
                    let error = await transport.failure(server.url(), timeout: .seconds(1))
                    #expect(Kind(error) == .timedOut(sent: true))
                }
            }
        }

        /// The server accepts the connection and never answers the TLS handshake: the request has not gone out.
        @Test func timeoutWhileConnecting() async throws {
            // Shutting down waits for the attempt, so it must not take long.
            var configuration = TransportConfiguration()
            configuration.connectTimeout = .seconds(1)
            try await ScriptedServer.run(script: { _ in [] }) { server in
                try await withTransport(configuration) { transport in
                    let url = server.url(scheme: "https", host: "localhost")
                    let error = await transport.failure(url, timeout: .milliseconds(100))
                    #expect(Kind(error) == .timedOut(sent: false))
                }
                #expect(server.log.received.isEmpty)
            }
        }

        @Test func connectTimeoutCoversTheHandshake() async throws {
            var configuration = TransportConfiguration()
            configuration.connectTimeout = .milliseconds(100)
            try await ScriptedServer.run(script: { _ in [] }) { server in
                try await withTransport(configuration) { transport in
                    let error = await transport.failure(server.url(scheme: "https", host: "localhost"), timeout: nil)
                    #expect(Kind(error) == .notSent, "\(String(describing: error))")
                    #expect(
                        error?.reason?.contains("within the connect timeout") == true,
                        "\(String(describing: error))"
                    )
                }
            }
        }

        @Test(arguments: [false, true])
        func idleServer(hasBegun: Bool) async throws {
            var configuration = TransportConfiguration()
            configuration.idleTimeout = .milliseconds(400)
            try await ScriptedServer.run(script: { _ in hasBegun ? [Self.half] : [] }) { server in
                try await withTransport(configuration) { transport in
                    let error = await transport.failure(server.url(), timeout: hasBegun ? .seconds(30) : nil)
                    #expect(Kind(error) == .lost)
                    #expect(error?.reason == "nothing has moved for 0.4 seconds")
                }
            }
        }

        /// Between request and answer the server may think for as long as the request's timeout says: here for as long as
        /// two other exchanges take to run into the idle limit.
        @Test(arguments: ["GET", "POST"]) func thinkingIsNotIdleness(method: String) async throws {
            var configuration = TransportConfiguration()
            configuration.idleTimeout = .milliseconds(400)
            let enough = Signal()
            let slow: [ScriptedServer.Step] = [
                .wait(enough), .send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"),
            ]
            try await ScriptedServer.run(script: { $0.line.contains("/idle") ? [Self.half] : slow }) { server in
                try await withTransport(configuration) { transport in
                    async let slowFailure = transport.failure(
                        server.url(),
                        method: method,
                        body: method == "POST" ? Array("{}".utf8) : nil
                    )
                    for _ in 0..<2 {
                        #expect(Kind(await transport.failure(server.url("/idle"))) == .lost)
                    }
                    enough.give()
                    #expect(Kind(await slowFailure) == .none)
                }
            }
        }

        /// The idle clock stands still while the receiver pauses: here for as long as two other exchanges take to run into
        /// that same limit.
        @Test func aPauseIsNotIdleness() async throws {
            var configuration = TransportConfiguration()
            configuration.idleTimeout = .milliseconds(400)
            let whole = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
            try await ScriptedServer.run(script: { $0.line.contains("/idle") ? [Self.half] : [.send(whole)] }) {
                server in
                try await withTransport(configuration) { transport in
                    let collector = Collector(
                        onPart: { _ in .pause },
                        onReady: {
                            for _ in 0..<2 {
                                #expect(Kind(await transport.failure(server.url("/idle"))) == .lost)
                            }
                        }
                    )
                    try await transport.fetch(server.url(), into: collector)
                    #expect(collector.text == "abc")
                }
            }
        }

        @Test func cancellationClosesTheConnection() async throws {
            let arrived = Signal()
            try await ScriptedServer.run(script: { _ in
                arrived.give()
                return [Self.half]
            }) { server in
                try await withTransport { transport in
                    let error = await withTaskGroup(of: TransportError?.self) { group in
                        group.addTask { await transport.failure(server.url()) }
                        try? await arrived.wait()
                        group.cancelAll()
                        return await group.next() ?? nil
                    }
                    #expect(Kind(error) == .cancelled)
                    try await server.log.closed.wait()
                }
            }
        }

        @Test func cancelledBeforeTheStart() async throws {
            try await ScriptedServer.run(Self.half) { server in
                try await withTransport { transport in
                    let error = await withTaskGroup(of: TransportError?.self) { group in
                        group.cancelAll()
                        group.addTask { await transport.failure(server.url()) }
                        return await group.next() ?? nil
                    }
                    #expect(Kind(error) == .cancelled)
                }
                #expect(server.log.connections == 0)
            }
        }

        @Test func cancellationEndsAPause() async throws {
            let paused = Signal()
            let never = Signal()
            try await ScriptedServer.run(Self.half) { server in
                try await withTransport { transport in
                    let collector = Collector(
                        onPart: { _ in .pause },
                        onReady: {
                            paused.give()
                            try await withTaskCancellationHandler {
                                try await never.wait()
                                try Task.checkCancellation()
                            } onCancel: {
                                never.give()
                            }
                        }
                    )
                    let error = await withTaskGroup(of: TransportError?.self) { group in
                        group.addTask { await transport.failure(server.url(), into: collector) }
                        try? await paused.wait()
                        group.cancelAll()
                        return await group.next() ?? nil
                    }
                    #expect(Kind(error) == .cancelled)
                }
            }
        }
    }
}
