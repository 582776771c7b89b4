import JSONBytes
import SandboxServer
import Testing

@Suite("Faults on the wire")
struct FaultDeliveryTests {
    static let report = #"{"repayments":[{"loan_id":"1","amount":25.00}]}"#

    /// Sends a report and says how it went: a status, or how the connection ended; and whether the report was kept.
    private static func sendReport(_ fault: String) async throws -> (outcome: String, isKept: Bool) {
        var result = (outcome: "", isKept: false)
        try await Client.with(faults: "POST /repayments #1 = \(fault)") { client in
            let bearer = try client.bearer()
            let wire = try client.wire(timeout: fault == "stall" ? 300 : 5000)
            try wire.send(
                Client.request(
                    "POST",
                    "/v3/partner/1/repayments",
                    headers: [bearer, "Content-Type: application/json"],
                    body: Self.report
                )
            )
            do {
                let reply = try wire.receive()
                result.outcome = "\(reply.status)"
            } catch Wire.Failure.endedEarly(let part) {
                result.outcome = "ended after \(part.count)"
            } catch let failure as Wire.Failure {
                result.outcome = "\(failure)"
            }
            result.isKept = try client.send("GET", "/sandbox/received").json().elements?.count == 1
            let stats = try client.send("GET", "/sandbox/stats").json()
            #expect(stats["faults"]?[fault]?.intValue == 1)
            #expect(stats["requests"]?["repayments"]?.intValue == 1)
            #expect(stats["received"]?.intValue == (result.isKept ? 1 : 0))
            // The script has named the first request only.
            #expect(try client.post("/v3/partner/1/repayments", bearer, Self.report).status == 200)
        }
        return result
    }

    @Test(
        "Each fault: what the client sees, and whether the report is kept",
        arguments: [
            ("429", "429", false), ("500", "500", false), ("503", "503", false), ("404", "404", false),
            ("504-after", "504", true), ("reset-before", "reset", false), ("reset-after", "reset", true),
            ("truncate", "ended after 43", true), ("stall", "timedOut", true),
        ]
    )
    func kinds(fault: String, outcome: String, isKept: Bool) async throws {
        let result = try await Self.sendReport(fault)
        #expect(result.outcome == outcome)
        #expect(result.isKept == isKept)
    }

    @Test("A truncated answer has promised its whole length")
    func truncation() async throws {
        try await Client.with(faults: "GET /loans #2 = truncate") { client in
            let bearer = try client.bearer()
            let whole = try client.get("/v3/partner/1/loans", bearer).body
            let failure = try #require(throws: Wire.Failure.self) { try client.get("/v3/partner/1/loans", bearer) }
            #expect(failure == .endedEarly(Array(whole.prefix(whole.count / 2))))
        }
    }

    @Test("A slow answer is whole, and takes the time that it is to take")
    func slowness() async throws {
        try await Client.with(faults: "GET /loans #2 = slow; slow-for=160") { client in
            let bearer = try client.bearer()
            let wire = try client.wire()
            let request = Client.request("GET", "/v3/partner/1/loans?limit=100", headers: [bearer])
            try wire.send(request)
            let first = try wire.receive()
            let time = try ContinuousClock().measure {
                try wire.send(request)
                let second = try wire.receive()
                #expect(second.body == first.body)
            }
            #expect(time >= .milliseconds(150))
            // The connection lives on.
            try wire.send(request)
            #expect(try wire.receive().body == first.body)
        }
    }

    @Test("An invalid answer is a 200 that no parser takes")
    func invalidJSON() async throws {
        try await Client.with(faults: "loans:invalid-json:100%") { client in
            let reply = try client.get("/v3/partner/1/loans", try client.bearer())
            #expect(reply.status == 200)
            #expect(throws: JSONError.self) { try reply.json() }
        }
    }

    @Test("Retry-After comes as seconds, as a date, or not at all")
    func retryAfter() async throws {
        func header(_ plan: String) async throws -> String? {
            var value: String?
            try await Client.with(faults: plan) { client in
                let reply = try client.get("/v3/partner/1/loans", "X: y")
                #expect(reply.status == 429 || reply.status == 503)
                value = reply.headers["retry-after"]
            }
            return value
        }
        #expect(try await header("429:100%") == "1")
        #expect(try await header("503:100%,retry-after=0") == "0")
        #expect(try await header("429:100%,retry-after=none") == nil)
        let date = try #require(try await header("429:100%,retry-after=date+60"))
        let form =
            /(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT/
        #expect(date.wholeMatch(of: form) != nil, "\(date)")
    }

    @Test("A token that dies early is dead from then on", arguments: [401, 403])
    func earlyExpiry(status: Int) async throws {
        try await Client.with(faults: "GET /loans #2 = expire-token, expired-status=\(status)") { client in
            let bearer = try client.bearer()
            let other = try client.bearer()
            #expect(try client.get("/v3/partner/1/loans", bearer).status == 200)
            #expect(try client.get("/v3/partner/1/loans", bearer).status == status)
            #expect(try client.get("/v3/partner/1/loans", bearer).status == 403)
            #expect(try client.get("/v3/partner/1/loans", other).status == 200)
        }
    }

    @Test("Rates come out as they should, differ by call, and repeat with the seed")
    func rates() async throws {
        func run(_ plan: String, seed: UInt64) async throws -> [Int] {
            var statuses: [Int] = []
            try await Client.with(faults: plan) {
                $0.seed = seed
            } _: { client in
                let bearer = try client.bearer()
                let wire = try client.wire()
                for _ in 0..<1000 {
                    try wire.send(Client.request("GET", "/v3/partner/1/loans?limit=0", headers: [bearer]))
                    statuses.append(try wire.receive().status)
                }
                #expect(try client.get("/v3/partner/1/config/themes", bearer).status == 200)
            }
            return statuses
        }
        let first = try await run("loans:429:10%,loans:503:20%", seed: 3)
        #expect((60...140).contains(first.count { $0 == 429 }))
        #expect((140...260).contains(first.count { $0 == 503 }))
        #expect(first.allSatisfy { [200, 429, 503].contains($0) })
        #expect(try await run("loans:429:10%,loans:503:20%", seed: 3) == first)
        #expect(try await run("loans:429:10%,loans:503:20%", seed: 4) != first)
    }

    @Test("The token endpoint suffers its own faults only, and the sandbox's own routes none")
    func places() async throws {
        try await Client.with(faults: "500:100%,token:503:100%") { client throws in
            #expect(try client.postForm(client.form()).status == 503)
            #expect(try client.get("/v3/partner/1/config/themes", "X: y").status == 500)
            #expect(try client.send("GET", "/sandbox/stats").status == 200)
            #expect(try client.send("GET", "/sandbox/received").status == 200)
            #expect(try client.send("GET", "/.well-known/jwks.json").status == 200)
        }
        try await Client.with(faults: "mixed:100%") { client in
            #expect(try client.postForm(client.form()).status == 200)
            var seen: Set<String> = []
            for _ in 0..<200 {
                do {
                    seen.insert("\(try client.get("/v3/partner/1/loans?limit=1", "X: y").status)")
                } catch Wire.Failure.reset {
                    seen.insert("reset")
                } catch Wire.Failure.endedEarly {
                    seen.insert("ended")
                }
            }
            #expect(seen == ["429", "500", "502", "503", "504", "reset", "ended"])
            let faults = try client.send("GET", "/sandbox/stats").json()["faults"]?.members?.map(\.name.text)
            #expect(
                faults == ["429", "500", "502", "503", "504", "reset-after", "reset-before", "truncate"]
            )
        }
    }
}
