import JSONBytes
import SandboxServer
import Testing

@Suite("HTTP")
struct ConnectionTests {
    @Test("A connection serves many requests, also when they come all at once")
    func keepAlive() async throws {
        try await Client.with { client in
            let bearer = try client.bearer()
            let wire = try client.wire()
            let targets = (0..<40).map { "/v3/partner/1/loans?limit=\($0)&offset=\($0)" }
            for target in targets {
                try wire.send(Client.request("GET", target, headers: [bearer]))
            }
            for (number, _) in targets.enumerated() {
                let answer = try wire.receive().json()
                #expect(answer["offset"]?.intValue == number)
                #expect(answer["loans"]?.elements?.count == number)
            }
            try wire.send(Client.request("GET", "/sandbox/stats", headers: ["Connection: close"]))
            let last = try wire.receive()
            #expect(last.headers["connection"] == "close")
            #expect(try wire.hasEnded())
        }
    }

    @Test("A client that has ended its side still gets its answer")
    func halfClosed() async throws {
        try await Client.with {
            $0.latency = .milliseconds(20)
        } _: { client in
            let bearer = try client.bearer()
            let wire = try client.wire()
            try wire.send(Client.request("GET", "/v3/partner/1/loans", headers: [bearer]))
            wire.closeOutput()
            #expect(try wire.receive().status == 200)
            #expect(try wire.hasEnded())
        }
    }

    @Test("HEAD has the headers of GET and no body")
    func head() async throws {
        try await Client.with { client in
            let bearer = try client.bearer()
            let wire = try client.wire()
            try wire.send(Client.request("HEAD", "/v3/partner/1/loans", headers: [bearer]))
            let head = try wire.receive(isHead: true)
            try wire.send(Client.request("GET", "/v3/partner/1/loans", headers: [bearer]))
            let get = try wire.receive()
            #expect(head.status == 200)
            #expect(head.headers["content-length"] == String(get.body.count))
            #expect(head.headers["content-length"] == get.headers["content-length"])
        }
    }

    @Test("404 where nothing is, 405 with Allow where something else is")
    func routes() async throws {
        try await Client.with { client in
            let bearer = try client.bearer()
            for path in [
                "/", "/v3", "/v3/partner/1", "/v3/partner/1/", "/v3/partner/1/loans/", "/v3/partners/1/loans",
                "/v2/partner/1/loans", "/v3/partner/1/loans/7", "//v3/partner/1/loans", "/oauth/token/", "/oauth",
                "/v3/partner/1/config/", "/v3/partners/1/config/themes", "/sandbox", "*",
            ] {
                #expect(try client.get(path, bearer).status == 404, "\(path)")
            }
            for (method, path, allow) in [
                ("POST", "/v3/partner/1/loans", "GET, HEAD"), ("GET", "/v3/partner/1/loan_draft", "POST"),
                ("DELETE", "/v3/partner/1/repayments", "GET, HEAD, POST"), ("GET", "/oauth/token", "POST"),
                ("PATCH", "/v3/partners/1/journals", "POST"), ("POST", "/sandbox/received", "GET, HEAD"),
            ] {
                let reply = try client.send(method, path, headers: [bearer], body: "")
                #expect(reply.status == 405, "\(method) \(path)")
                #expect(reply.headers["allow"] == allow)
            }
        }
    }

    @Test("Expect: 100-continue is answered before the body is sent")
    func expectContinue() async throws {
        try await Client.with { client in
            let bearer = try client.bearer()
            let wire = try client.wire()
            let body = #"{"description":"later"}"#
            let headers = [
                bearer, "Content-Type: application/json", "Content-Length: \(body.utf8.count)", "Expect: 100-continue",
            ]
            try wire.send(Client.request("POST", "/v3/partner/1/loan_draft", headers: headers))
            #expect(try wire.receive().status == 100)
            try wire.send(body)
            #expect(try wire.receive().status == 200)

            let tooLarge = try client.wire()
            try tooLarge.send(
                Client.request(
                    "POST",
                    "/v3/partner/1/loan_draft",
                    headers: [bearer, "Content-Length: 99999999999", "Expect: 100-continue"]
                )
            )
            #expect(try tooLarge.receive().status == 413)
            #expect(try client.send("POST", "/oauth/token", headers: ["Expect: coffee"], body: "x").status == 417)
        }
    }

    @Test("HTTP/1.0 closes unless it asks otherwise")
    func http10() async throws {
        try await Client.with { client in
            let wire = try client.wire()
            try wire.send("GET /sandbox/received HTTP/1.0\r\n\r\n")
            #expect(try wire.receive().text == "[]")
            #expect(try wire.hasEnded())
            let kept = try client.wire()
            for _ in 0..<2 {
                try kept.send("GET /sandbox/received HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                #expect(try kept.receive().headers["connection"] == "keep-alive")
            }
        }
    }

    @Test(
        "What is no HTTP gets 400 or the end of the connection, and harms nobody else",
        arguments: [
            "\u{0}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
            "GET / HTTP/1.1\r\nBad Header: x\r\n\r\n",
            "POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
            "POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx",
            "POST /oauth/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ]
    )
    func garbage(text: String) async throws {
        try await Client.with { client in
            let wire = try client.wire()
            try wire.send(text)
            do {
                let reply = try wire.receive()
                #expect(reply.status == 400)
            } catch Wire.Failure.endedEarly(let part) {
                #expect(part.isEmpty)
            } catch Wire.Failure.reset {
                // Closed with bytes unread.
            }
            #expect(try client.postForm(client.form()).status == 200)
        }
    }

    @Test("A client that does not finish its request is cut off")
    func slowClients() async throws {
        try await Client.with {
            $0.requestTimeout = .milliseconds(100)
        } _: { client in
            for start in ["", "GET / HT", "POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\ngrant"] {
                let wire = try client.wire()
                try wire.send(start)
                #expect(try wire.hasEnded(), "\(start)")
            }
        }
    }

    @Test("An answer waits for its latency")
    func latency() async throws {
        try await Client.with {
            $0.latency = .milliseconds(60)
        } _: { client in
            let time = try ContinuousClock().measure { _ = try client.postForm(client.form()) }
            #expect(time >= .milliseconds(55))
        }
    }
}
