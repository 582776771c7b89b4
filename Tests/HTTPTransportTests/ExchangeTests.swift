import HTTPTransport
import JobExecution
import Testing

extension TransportTests {
    /// Whole exchanges that go well.
    @Suite struct ExchangeTests {
        private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\nx-a: 2\r\n\r\nhi"

        @Test func answerArrivesWhole() async throws {
            try await ScriptedServer.run(.send(Self.ok)) { server in
                try await withTransport { transport in
                    let answer = try await transport.fetch(server.url("/p?q=1"))
                    #expect(answer.head?.status == 200)
                    #expect(answer.head?.fields.values(of: "X-A") == ["1", "2"])
                    #expect(answer.head?.fields["content-length"] == "2")
                    #expect(answer.text == "hi")
                }
            }
        }

        @Test func requestOnTheWire() async throws {
            try await ScriptedServer.run(.send(Self.ok)) { server in
                try await withTransport { transport in
                    let fields: HTTPFields = [HTTPField("Authorization", "Bearer t"), HTTPField("X-Odd-Case", "ü")]
                    try await transport.fetch(server.url("/x"), method: "POST", fields: fields, body: Array("{}".utf8))
                    try await transport.fetch(server.url("/x"), method: "POST")
                    try await transport.fetch(server.url("/x"), method: "PATCH", body: [])
                    try await transport.fetch(server.url(), fields: [HTTPField("Accept-Encoding", "identity")])
                }
                let requests = server.log.received
                #expect(
                    requests.map(\.line) == [
                        "POST /x HTTP/1.1", "POST /x HTTP/1.1", "PATCH /x HTTP/1.1", "GET / HTTP/1.1",
                    ]
                )
                #expect(requests[0].body == Array("{}".utf8))
                #expect(requests[0].field("content-length") == "2")
                #expect(requests[0].field("transfer-encoding") == nil)
                #expect(requests[0].field("authorization") == "Bearer t")
                #expect(requests[0].head.contains("X-Odd-Case: ü"))
                #expect(requests[0].field("host") == "127.0.0.1:\(server.port)")
                #expect(requests[0].field("accept-encoding")?.contains("gzip") == true)
                #expect(requests[1].field("content-length") == "0")
                #expect(requests[2].field("content-length") == "0")
                #expect(requests[3].field("accept-encoding") == "identity")
                #expect(requests[3].field("content-length") == nil)
            }
        }

        @Test(arguments: [
            "/", "/a/b", "/a%2Fb%20c", "/a//b/", "/a/../b/./c", "/?", "/?a=b&c=%26", "/?q=a+b%20c", "/x;y=1?z=1,2",
            "/p(1)'*!$&+=:@~", "/?a=b?c/d", "/%E2%82%AC", "/?%e2%82%ac",
        ])
        func pathAndQueryGoOutAsGiven(path: String) async throws {
            try await ScriptedServer.run(.send(Self.ok)) { server in
                try await withTransport { try await $0.fetch(server.url(path)) }
                #expect(server.log.received.map(\.line) == ["GET \(path) HTTP/1.1"])
            }
        }

        /// RFC 3986 allows brackets in the host alone, but many servers write them into links.
        @Test func bracketsArePercentEncoded() async throws {
            try await ScriptedServer.run(.send(Self.ok)) { server in
                try await withTransport { try await $0.fetch(server.url("/a?filter[x]=1%5B")) }
                #expect(server.log.received.map(\.line) == ["GET /a?filter%5Bx%5D=1%5B HTTP/1.1"])
            }
        }

        @Test func sequentialRequestsShareOneConnection() async throws {
            try await ScriptedServer.run(.send(Self.ok)) { server in
                try await withTransport { transport in
                    for number in 0..<60 {
                        try await transport.fetch(
                            server.url("/\(number)"),
                            method: number % 2 == 0 ? "GET" : "POST",
                            body: number % 2 == 0 ? nil : [UInt8](repeating: 7, count: number * 1000)
                        )
                    }
                }
                #expect(server.log.received.count == 60)
                #expect(server.log.connections == 1)
            }
        }

        @Test func connectionsPerHostAreBounded() async throws {
            var configuration = TransportConfiguration()
            configuration.maximumConnectionsPerHost = 2
            try await ScriptedServer.run(.send(Self.ok)) { server in
                try await withTransport(configuration) { transport in
                    try await withThrowingTaskGroup { group in
                        for _ in 0..<20 { group.addTask { try await transport.fetch(server.url()) } }
                        try await group.waitForAll()
                    }
                }
                #expect(server.log.received.count == 20)
                #expect((1...2).contains(server.log.connections))
            }
        }

        @Test func redirectsAreNotFollowed() async throws {
            let redirect = "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"
            try await ScriptedServer.run(.send(redirect)) { server in
                try await withTransport { transport in
                    let answer = try await transport.fetch(server.url())
                    #expect(answer.head?.status == 302)
                    #expect(answer.head?.fields["location"] == "/other")
                }
                #expect(server.log.received.count == 1)
            }
        }

        @Test(arguments: [
            (
                "chunked",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-T: 1\r\n\r\n"
            ),
            (
                "interim answers",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                    + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde"
            ),
            ("until close", "HTTP/1.1 200 OK\r\n\r\nabcde"),
            ("HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nabcde"),
            ("no reason phrase", "HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nabcde"),
        ])
        func framings(name: String, answer: String) async throws {
            try await ScriptedServer.run(.send(answer), .close) { server in
                try await withTransport { transport in
                    let answer = try await transport.fetch(server.url())
                    #expect(answer.head?.status == 200, "\(name)")
                    #expect(answer.text == "abcde", "\(name)")
                }
            }
        }

        @Test(arguments: [
            ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", 200),
            ("GET", "HTTP/1.1 204 No Content\r\n\r\n", 204),
            ("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n", 304),
            ("POST", "HTTP/1.1 599 Odd\r\nContent-Length: 0\r\n\r\n", 599),
        ])
        func answersWithoutBody(method: String, answer: String, status: Int) async throws {
            try await ScriptedServer.run(.send(answer)) { server in
                try await withTransport { transport in
                    let answer = try await transport.fetch(server.url(), method: method)
                    #expect(answer.head?.status == status)
                    #expect(answer.body.isEmpty)
                }
            }
        }

        @Test func earlyAnswerToALargeUpload() async throws {
            // The server answers and closes after the head, as gateways do with 413.
            let answer = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            try await ScriptedServer.run(.send(answer), .close) { server in
                try await withTransport { transport in
                    let body = [UInt8](repeating: 1, count: 1 << 20)
                    let answer = try await transport.fetch(server.url(), method: "POST", body: body)
                    #expect(answer.head?.status == 413)
                }
            }
        }

        @Test func largeBodyArrivesInOrder() async throws {
            let body = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
            let head = "HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n"
            try await ScriptedServer.run(.send(head), .bytes(body)) { server in
                try await withTransport { transport in
                    let answer = try await transport.fetch(server.url())
                    #expect(answer.body == body)
                    #expect(answer.parts > 1)
                }
            }
        }
    }
}
