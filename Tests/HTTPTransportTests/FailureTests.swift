import HTTPTransport
import JobExecution
import NIOCore
import NIOPosix
import Testing

extension TransportTests {
    /// What goes wrong on the network, and the case each is sorted into: that is what retries go by.
    @Suite struct FailureTests {
        private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
        private static let half = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"

        struct Case: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let steps: [ScriptedServer.Step]
            let kind: Kind
        }

        static let cases = [
            Case(testDescription: "close before the answer", steps: [.close], kind: .lost),
            Case(testDescription: "reset before the answer", steps: [.reset], kind: .lost),
            Case(
                testDescription: "close in the head",
                steps: [.send("HTTP/1.1 200 OK\r\nContent-"), .close],
                kind: .lost
            ),
            Case(testDescription: "close in the body", steps: [.send(half), .close], kind: .lost),
            Case(testDescription: "reset in the body", steps: [.send(half), .reset], kind: .lost),
            Case(
                testDescription: "close between chunks",
                steps: [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"), .close],
                kind: .lost
            ),
            Case(
                testDescription: "close after an interim answer",
                steps: [.send("HTTP/1.1 100 Continue\r\n\r\n"), .close],
                kind: .lost
            ),
            Case(testDescription: "not HTTP", steps: [.send("SSH-2.0-OpenSSH_9.2\r\n\r\n")], kind: .invalidAnswer),
            Case(testDescription: "bad status", steps: [.send("HTTP/1.1 2x0 OK\r\n\r\n")], kind: .invalidAnswer),
            Case(
                testDescription: "bad length",
                steps: [.send("HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nhi")],
                kind: .invalidAnswer
            ),
            Case(
                testDescription: "two lengths",
                steps: [.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi")],
                kind: .invalidAnswer
            ),
            Case(
                testDescription: "bad chunk size",
                steps: [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n")],
                kind: .invalidAnswer
            ),
            Case(
                testDescription: "huge field",
                steps: [.send("HTTP/1.1 200 OK\r\nX: " + String(repeating: "a", count: 200_000) + "\r\n\r\n")],
                kind: .invalidAnswer
            ),
            Case(
                testDescription: "fields without end",
                steps: [.send("HTTP/1.1 200 OK\r\n" + String(repeating: "X: a\r\n", count: 10_000))],
                kind: .invalidAnswer
            ),
            Case(
                testDescription: "other protocol",
                steps: [.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")],
                kind: .invalidAnswer
            ),
        ]

        @Test(arguments: cases, [nil, Array("body".utf8)])
        func sorts(failure: Case, body: [UInt8]?) async throws {
            try await ScriptedServer.run(script: { _ in failure.steps }) { server in
                try await withTransport { transport in
                    let error = await transport.failure(server.url(), method: body == nil ? "GET" : "POST", body: body)
                    #expect(Kind(error) == failure.kind, "\(String(describing: error))")
                }
                #expect(server.log.received.count == 1, "the transport must not send again by itself")
            }
        }

        /// The server keeps the connection after the first answer and closes it when the second request is there.
        @Test(arguments: ["GET", "POST", "PUT", "DELETE"], [ScriptedServer.Step.close, .reset])
        func nothingIsResentOnADeadConnection(method: String, end: ScriptedServer.Step) async throws {
            try await ScriptedServer.run(
                script: { $0.line.hasPrefix("HEAD ") ? [.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")] : [end] }
            ) { server in
                try await withTransport { transport in
                    try await transport.fetch(server.url(), method: "HEAD")
                    let error = await transport.failure(server.url(), method: method)
                    #expect(Kind(error) == .lost, "\(String(describing: error))")
                }
                #expect(server.log.connections == 1)
                #expect(server.log.received.count == 2)
            }
        }

        @Test func bytesBehindTheAnswerAreNotTheNextAnswer() async throws {
            let second = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes"
            try await ScriptedServer.run(script: { request in
                request.line.contains("/first") ? [.send(Self.ok + Self.ok)] : [.send(second)]
            }) { server in
                try await withTransport { transport in
                    try await transport.fetch(server.url("/first"))
                    let collector = Collector()
                    let error = await transport.failure(server.url("/second"), into: collector)
                    // The broken connection was either gone in time or ended this exchange.
                    #expect(error == nil ? collector.text == "yes" : collector.head == nil)
                }
            }
        }

        @Test func refusedConnection() async throws {
            let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(host: "127.0.0.1", port: 0).get()
            let port = try #require(channel.localAddress?.port)
            try await channel.close()
            try await withTransport { transport in
                for host in ["127.0.0.1", "localhost", "[::1]"] {
                    let error = await transport.failure("http://\(host):\(port)/")
                    #expect(Kind(error) == .notSent)
                    #expect(error?.reason?.contains("refused") == true, "\(String(describing: error))")
                }
            }
        }

        @Test func unknownName() async throws {
            try await withTransport { transport in
                let error = await transport.failure("https://no-such-host.invalid/")
                #expect(Kind(error) == .notSent)
                #expect(error?.reason?.contains("DNS") == true, "\(String(describing: error))")
            }
        }

        @Test func noConnectionBecomesFree() async throws {
            var configuration = TransportConfiguration()
            configuration.maximumConnectionsPerHost = 1
            configuration.connectTimeout = .seconds(1)
            let arrived = Signal()
            let release = Signal()
            try await ScriptedServer.run(script: { request in
                guard request.line.contains("/slow") else { return [.send(Self.ok)] }
                arrived.give()
                return [.wait(release), .send(Self.ok)]
            }) { server in
                try await withTransport(configuration) { transport in
                    try await transport.fetch(server.url("/connect"))
                    try await withThrowingTaskGroup { group in
                        group.addTask { try await transport.fetch(server.url("/slow")) }
                        try await arrived.wait()
                        let error = await transport.failure(server.url("/waiting"))
                        #expect(Kind(error) == .notSent)
                        #expect(error?.reason?.contains("became free") == true, "\(String(describing: error))")
                        release.give()
                        try await group.waitForAll()
                    }
                }
                #expect(server.log.received.count == 2)
            }
        }

        @Test func afterShutdownNothingIsSent() async throws {
            try await ScriptedServer.run(.send(Self.ok)) { server in
                let transport = try AsyncHTTPClientTransport()
                try await transport.fetch(server.url())
                await transport.shutdown()
                await transport.shutdown()
                #expect(Kind(await transport.failure(server.url())) == .cancelled)
                #expect(server.log.received.count == 1)
            }
        }
    }
}
