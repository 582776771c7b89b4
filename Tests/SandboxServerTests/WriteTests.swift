import JSONBytes
import SandboxServer
import Testing

@Suite("Writes")
struct WriteTests {
    @Test("Each call answers with what Kiva's clients wait for")
    func answers() async throws {
        try await Client.with { client in
            let bearer = try client.bearer()
            let draft = try client.post("/v3/partner/1/loan_draft", bearer, #"{"description":"Núñez 🌱"}"#)
            #expect(draft.status == 200)
            #expect(try draft.json()["loanDraftUuid"]?.text?.count == 36)
            for path in ["/v3/partner/1/journals", "/v3/partners/1/journals"] {
                let one = #"[{"internal_loan_id":"1","subject":"s","body":"b"}]"#
                for body in [one, "{\"journals\":\(one)}"] {
                    let journal = try client.post(path, bearer, body)
                    #expect(journal.status == 201)
                    let url = try #require(try journal.json()["confirm_url"]?.text)
                    #expect(url.hasPrefix(client.announcement.baseURL + "/"))
                }
            }
            let report = try client.post(
                "/v3/partner/1/repayments",
                bearer,
                #"{"repayments":[{"loan_id":"1042970","amount":25.00,"client_id":"184729"}]}"#
            )
            #expect(report.status == 200)
            #expect(try report.json()["upload_id"]?.intValue == 6)
            #expect(try report.json()["problems"]?.elements == [])
        }
    }

    @Test("What was accepted can be read back, byte for byte and in order; what was refused can't")
    func received() async throws {
        try await Client.with { client in
            let bearer = try client.bearer()
            let bodies = [
                "{\"repayments\" : [ {\"amount\":480.00, \"loan_id\":\"\\u00e9\\ud83c\\udf31\"} ]}\n",
                #"{"repayments":[{"loan_id":"9223372036854775808","amount":0.5,"note":"नमस्ते","loan_id":"2"}]}"#,
            ]
            #expect(try client.send("GET", "/sandbox/received").text == "[]")
            #expect(try client.post("/v3/partner/1/repayments", bearer, bodies[0], key: "k\u{e9}y").status == 200)
            #expect(try client.post("/v3/partner/1/repayments", bearer, #"{"repayments":[]}"#).status == 400)
            #expect(try client.post("/v3/partner/1/repayments", bearer, bodies[1]).status == 200)
            let received = try client.send("GET", "/sandbox/received")
            #expect(
                received.text == """
                    [{"seq":1,"path":"/v3/partner/1/repayments","idempotency_key":"kéy","body":\(bodies[0])},
                    {"seq":2,"path":"/v3/partner/1/repayments","idempotency_key":null,"body":\(bodies[1])}]
                    """
            )
            #expect(try received.json().elements?.count == 2)
        }
    }

    @Test("A key makes a request once, whoever sends it how often")
    func idempotency() async throws {
        try await Client.with { client in
            let bearer = try client.bearer()
            let path = "/v3/partner/1/repayments"
            let body = #"{"repayments":[{"loan_id":"1","amount":25.00}]}"#
            let first = try client.post(path, bearer, body, key: "a")
            let second = try client.post(path, bearer, body, key: "a")
            #expect(first.body == second.body)
            #expect(first.headers["idempotency-replayed"] == nil)
            #expect(second.headers["idempotency-replayed"] == "true")
            #expect(try client.post(path, bearer, body + " ", key: "a").status == 422)
            let other = try client.post(path, bearer, body, key: "b")
            #expect(try other.json()["upload_id"]?.intValue == 2)
            // The same key on another call is another key.
            #expect(try client.post("/v3/partner/1/loan_draft", bearer, "{}", key: "a").status == 200)
            #expect(try client.post(path, bearer, body, key: "").status == 400)
            #expect(try client.post(path, bearer, body, key: String(repeating: "x", count: 256)).status == 400)
            // Without a key, a request that is sent twice is done twice.
            _ = try client.post(path, bearer, body)
            _ = try client.post(path, bearer, body)

            try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for _ in 0..<8 {
                    group.addTask { try client.post(path, bearer, body, key: "race").body }
                }
                let answers = try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
                #expect(answers.count == 1)
            }
            #expect(try client.send("GET", "/sandbox/received").json().elements?.count == 6)
        }
    }

    @Test("What was reported can be looked up")
    func lookUp() async throws {
        try await Client.with { client in
            let bearer = try client.bearer()
            let path = "/v3/partner/1/repayments"
            _ = try client.post(
                path,
                bearer,
                #"{"repayments":[{"loan_id":"1","amount":25.00},{"loan_id":"2","amount":1e0}]}"#.replacing(
                    "1e0",
                    with: "1.10"
                ),
                key: "batch-1"
            )
            _ = try client.post(path, bearer, #"{"repayments":[{"loan_id":"1","client_id":"c","amount":7}]}"#)
            func found(_ query: String) throws -> [String] {
                try client.get(path + query, bearer).json()["repayments"]?.elements?.map(\.jsonText) ?? []
            }
            let items = [
                #"{"upload_id":1,"loan_id":"1","amount":25.00}"#, #"{"upload_id":1,"loan_id":"2","amount":1.10}"#,
                #"{"upload_id":2,"loan_id":"1","client_id":"c","amount":7}"#,
            ]
            #expect(try found("") == items)
            #expect(try found("?loan_id=1") == [items[0], items[2]])
            #expect(try found("?loan_id=1&client_id=c") == [items[2]])
            #expect(try found("?upload_id=1") == [items[0], items[1]])
            #expect(try found("?idempotency_key=batch-1&loan_id=2") == [items[1]])
            #expect(try found("?offset=1&limit=1") == [items[1]])
            #expect(try found("?loan_id=3") == [])
            #expect(try client.get(path + "?upload_id=x", bearer).status == 400)
        }
    }

    static let drafts: [(body: String, field: String)] = [
        ("[]", "body"), ("7", "body"), ("{", "body"), (#"{"a":1}x"#, "body"), ("", "body"),
        ("{\"a\":\"\u{1}\"}", "body"),
        (#"{"activity_id":"1"}"#, "activity_id"), (#"{"activity_id":2}"#, "activity_id"),
        (#"{"theme_type_id":3}"#, "theme_type_id"), (#"{"description_language_id":99}"#, "description_language_id"),
        (#"{"client_waiver_signed":"yes"}"#, "client_waiver_signed"), (#"{"loanuse":1}"#, "loanuse"),
        (#"{"disburse_time":"2026-02-29"}"#, "disburse_time"), (#"{"disburse_time":"1.2.2026"}"#, "disburse_time"),
        (#"{"image_encoded":"iVBORw0KGgo="}"#, "image_encoded"), (#"{"schedule":{}}"#, "schedule"),
        (#"{"schedule":[{"date":"2026-01-31"},{"date":"2026-13-01"}]}"#, "schedule[1].date"),
        (#"{"schedule":[{"principal":-1}]}"#, "schedule[0].principal"), (#"{"entreps":[7]}"#, "entreps[0]"),
        (#"{"entreps":[{"amount":1.005}]}"#, "entreps[0].amount"),
        (#"{"entreps":[{"amount":1e3}]}"#, "entreps[0].amount"),
        (#"{"entreps":[{"first_name":7}]}"#, "entreps[0].first_name"), (#"{"group_name":"G"}"#, "entreps"),
        (#"{"entreps":[{}],"not_pictured":[true,false]}"#, "not_pictured"), (#"{"not_pictured":[1]}"#, "not_pictured"),
    ]

    @Test("A draft of the wrong shape is refused, and the member named")
    func draftShapes() async throws {
        try await Client.with { client in
            let bearer = try client.bearer()
            for draft in Self.drafts {
                try Self.expectRefusal(client, bearer, "/v3/partner/1/loan_draft", draft.body, draft.field, nil)
            }
        }
    }

    @Test("Items of the wrong shape are refused, and each is named")
    func itemShapes() async throws {
        let reports: [(String, String, Int?)] = [
            ("[]", "repayments", nil), (#"{"repayments":{}}"#, "repayments", nil), ("{}", "repayments", nil),
            (#"{"repayments":[1]}"#, "repayments", 0),
            (#"{"repayments":[{"loan_id":"1","amount":1},{"amount":1}]}"#, "loan_id", 1),
            (#"{"repayments":[{"loan_id":"","amount":1}]}"#, "loan_id", 0),
            (#"{"repayments":[{"loan_id":7,"amount":1}]}"#, "loan_id", 0),
            (#"{"repayments":[{"loan_id":"1"}]}"#, "amount", 0),
            (#"{"repayments":[{"loan_id":"1","amount":"25.00"}]}"#, "amount", 0),
            (#"{"repayments":[{"loan_id":"1","amount":25.001}]}"#, "amount", 0),
            (#"{"repayments":[{"loan_id":"1","amount":-25.00}]}"#, "amount", 0),
            (#"{"repayments":[{"loan_id":"1","amount":1,"client_id":7}]}"#, "client_id", 0),
        ]
        let journals: [(String, String, Int?)] = [
            ("{}", "journals", nil), ("[]", "journals", nil), ("[[]]", "journals", 0),
            (#"[{"subject":"s","body":"b"}]"#, "internal_loan_id", 0),
            (#"[{"internal_loan_id":"1","subject":"","body":"b"}]"#, "subject", 0),
            (#"[{"internal_loan_id":"1","subject":"s","body":null}]"#, "body", 0),
            (#"[{"internal_loan_id":"1","subject":"s","body":"b","image_url":1}]"#, "image_url", 0),
        ]
        try await Client.with { client in
            let bearer = try client.bearer()
            for (path, items) in [("repayments", reports), ("journals", journals)] {
                for (body, field, index) in items {
                    try Self.expectRefusal(client, bearer, "/v3/partner/1/\(path)", body, field, index)
                }
            }
        }
    }

    @Test("Every problem is reported, up to a hundred")
    func manyProblems() async throws {
        try await Client.with { client in
            let items = [String](repeating: "{}", count: 300).joined(separator: ",")
            let reply = try client.post("/v3/partner/1/repayments", try client.bearer(), "{\"repayments\":[\(items)]}")
            #expect(reply.status == 400)
            #expect(try reply.json()["message"]?.text?.hasPrefix("Found 600 problem(s)") == true)
            #expect(try reply.json()["problems"]?.elements?.count == 100)
        }
    }

    @Test("Bodies are JSON, not deeper, larger or more than the sandbox holds")
    func limits() async throws {
        try await Client.with { configuration in
            configuration.maxBodyBytes = 100_000
            configuration.maxKeptBytes = 150_000
        } _: { client in
            let bearer = try client.bearer()
            let path = "/v3/partner/1/loan_draft"
            let form = try client.send(
                "POST",
                path,
                headers: [bearer, "Content-Type: application/x-www-form-urlencoded"],
                body: "{}"
            )
            #expect(form.status == 415)
            let deep = String(repeating: "[", count: 50_000)
            #expect(try client.post(path, bearer, "{\"x\":\(deep)").status == 400)
            let large = #"{"description":"\#(String(repeating: "x", count: 99_000))"}"#
            #expect(try client.post(path, bearer, large).status == 200)
            #expect(try client.post(path, bearer, large).status == 507)
            #expect(try client.post(path, bearer, "{}").status == 200)
            #expect(try client.post(path, bearer, large + String(repeating: " ", count: 1000)).status == 413)
            let wire = try client.wire()
            try wire.send(
                Client.request(
                    "POST",
                    path,
                    headers: [bearer, "Content-Type: application/json", "Transfer-Encoding: chunked"]
                )
            )
            try wire.send("30d40\r\n" + String(repeating: " ", count: 200_000) + "\r\n0\r\n\r\n")
            #expect(try wire.receive().status == 413)
            #expect(try wire.hasEnded())
        }
    }

    private static func expectRefusal(
        _ client: Client,
        _ bearer: String,
        _ path: String,
        _ body: String,
        _ field: String,
        _ index: Int?
    ) throws {
        let reply = try client.post(path, bearer, body)
        #expect(reply.status == 400, "\(body)")
        let problem = try reply.json()["problems"]?[0]
        #expect(problem?["field"]?.text == field, "\(body)")
        #expect(problem?["index"]?.intValue == index, "\(body)")
        #expect(try client.send("GET", "/sandbox/received").text == "[]")
    }
}
