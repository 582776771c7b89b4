import HTTPTransport
import JobExecution
import Synchronization
import Testing

extension TransportTests {
    /// What the receiver may ask for: an end, a pause.
    @Suite struct ReceiverTests {
        private static let endless = ScriptedServer.Step.send(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
        )

        private func large(_ count: Int) -> [ScriptedServer.Step] {
            [
                .send("HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n"),
                .bytes([UInt8](repeating: 0x61, count: count)),
            ]
        }

        @Test func throwAtTheHeadEndsTheExchange() async throws {
            try await ScriptedServer.run(Self.endless) { server in
                try await withTransport { transport in
                    let collector = Collector(onHead: { throw Collector.Stop(text: "head \($0.status)") })
                    let error = await transport.failure(server.url(), into: collector)
                    guard case .receiver(let inner) = error else { return #expect(Kind(error) == .receiver) }
                    #expect(inner as? Collector.Stop == Collector.Stop(text: "head 200"))
                    #expect(collector.parts == 0)
                    try await server.log.closed.wait()
                }
            }
        }

        @Test func throwInTheBodyEndsTheExchange() async throws {
            try await ScriptedServer.run(Self.endless) { server in
                try await withTransport { transport in
                    let collector = Collector(onPart: { _ in throw Collector.Stop(text: "body") })
                    let error = await transport.failure(server.url(), into: collector)
                    guard case .receiver(let inner) = error else { return #expect(Kind(error) == .receiver) }
                    #expect(inner as? Collector.Stop == Collector.Stop(text: "body"))
                    #expect(collector.parts == 1)
                    try await server.log.closed.wait()
                }
            }
        }

        @Test func throwFromAPauseEndsTheExchange() async throws {
            try await ScriptedServer.run(Self.endless) { server in
                try await withTransport { transport in
                    let collector = Collector(onPart: { _ in .pause }, onReady: { throw Collector.Stop(text: "ready") })
                    let error = await transport.failure(server.url(), into: collector)
                    guard case .receiver(let inner) = error else { return #expect(Kind(error) == .receiver) }
                    #expect(inner as? Collector.Stop == Collector.Stop(text: "ready"))
                    try await server.log.closed.wait()
                }
            }
        }

        @Test(arguments: [1, 2, 3])
        func nothingArrivesDuringAPause(every: Int) async throws {
            let steps = large(2_000_000)
            try await ScriptedServer.run(script: { _ in steps }) { server in
                try await withTransport { transport in
                    let collector = Collector(
                        onPart: { $0 % every == 0 ? .pause : .more },
                        onReady: { for _ in 0..<20 { await Task.yield() } }
                    )
                    try await transport.fetch(server.url(), into: collector)
                    #expect(collector.body.count == 2_000_000)
                    #expect(collector.partsWhilePaused == 0)
                    #expect(collector.parts > 10)
                }
            }
        }

        @Test func aPauseHoldsTheServerBack() async throws {
            let steps = large(16 << 20)
            let release = Signal()
            try await ScriptedServer.run(script: { _ in steps }) { server in
                try await withTransport { transport in
                    let collector = Collector(
                        onPart: { $0 == 1 ? .pause : .more },
                        onReady: { try await release.wait() }
                    )
                    try await withThrowingTaskGroup { group in
                        group.addTask { try await transport.fetch(server.url(), into: collector) }
                        // Another whole exchange passes meanwhile; the paused one gets nothing.
                        while collector.parts == 0 { await Task.yield() }
                        let probe = Collector(onHead: { _ in throw Collector.Stop(text: "enough") })
                        _ = await transport.failure(server.url(), into: probe)
                        #expect(collector.parts == 1)
                        release.give()
                        try await group.waitForAll()
                    }
                    #expect(collector.body.count == 16 << 20)
                }
            }
        }

        /// The server's end lies behind what the receiver still has to take.
        @Test func aPauseAtTheEndOfTheBody() async throws {
            try await ScriptedServer.run(.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"), .close) { server in
                try await withTransport { transport in
                    let collector = Collector(
                        onPart: { _ in .pause },
                        onReady: { for _ in 0..<50 { await Task.yield() } }
                    )
                    try await transport.fetch(server.url(), into: collector)
                    #expect(collector.text == "abc")
                }
            }
        }

        @Test(arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
        ])
        func timeoutEndsAPause(answer: String) async throws {
            let never = Signal()
            let wasCancelled = Mutex(false)
            try await ScriptedServer.run(.send(answer)) { server in
                try await withTransport { transport in
                    let collector = Collector(
                        onPart: { _ in .pause },
                        onReady: {
                            await withTaskCancellationHandler {
                                try? await never.wait()
                            } onCancel: {
                                wasCancelled.withLock { $0 = true }
                                never.give()
                            }
                            try Task.checkCancellation()
                        }
                    )
                    let error = await transport.failure(server.url(), timeout: .seconds(1), into: collector)
                    #expect(Kind(error) == .timedOut(sent: true))
                    #expect(wasCancelled.withLock { $0 })
                }
            }
        }
    }
}
