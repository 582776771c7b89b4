import JobExecution
import Testing

/// What the answer to a `reconcile` request says about a write whose answer was lost.
@Suite(.timeLimit(.minutes(1))) struct CallProbeTests {
    static func job(_ found: String) -> String {
        """
        steps:
          - id: loans
            scopes: [create:loan]
            request: { method: POST, path: /loans, json: { a: 1 } }
            reconcile:
              request: { path: /loans }
              scopes: [read:loans]
              found: \(found)
        """
    }

    /// How often the write is sent, where its first answer is lost and the probes get those answers.
    static func sent(_ found: String, _ answers: ScriptedAPI.Answer...) async throws -> Int {
        let api = ScriptedAPI { request, number in
            if number == 1 { return .failure(.lost(reason: "reset")) }
            return request.method == "GET" ? answers[min(number - 2, answers.count - 1)] : .response(200, [], "{}")
        }
        let report = await (try TestRun(job(found), api: api)).executeThroughWaits()
        #expect(report.failure == nil)
        return api.requests.count { $0.method == "POST" }
    }

    @Test(arguments: [
        ("$.loan", #"{"loan":null}"#), ("$.loan", #"{"loan":false}"#), ("$.loan", #"{"loan":{ }}"#), ("$.loan", "{}"),
        ("$.loans", #"{"loans":[ ]}"#), ("$.loans[*]", #"{"loans":[null,{},[],false]}"#),
        ("$.loans[*]", #"{"loans":null}"#), ("$.loans[?@.id]", #"{"loans":[{"id2":1}]}"#),
        ("$.loans[*].id", #"{"loans":[{"id":null},{"id":null}]}"#),
    ])
    func nothingIsNoEffect(found: String, body: String) async throws {
        #expect(try await Self.sent(found, .response(200, [], body)) == 2)
        #expect(try await Self.sent(found, .response(200, [], Array(body.utf8), chunk: 1)) == 2)
    }

    @Test(arguments: [
        ("$.loan", #"{"loan":{"id":1}}"#), ("$.loan", #"{"loan":0}"#), ("$.loan", #"{"loan":""}"#),
        ("$.loan", #"{"loan":true}"#), ("$.loan", #"{"loan":"null"}"#), ("$.loans", #"{"loans":[null]}"#),
        ("$.loans[*]", #"{"loans":[null,7]}"#), ("$.loans[*]", #"{"loans":[{"id":1},null]}"#),
        ("$.loans[*].id", #"{"loans":[{"id":null},{"id":3}]}"#),
    ])
    func somethingIsTheEffect(found: String, body: String) async throws {
        #expect(try await Self.sent(found, .response(200, [], body)) == 1)
        #expect(try await Self.sent(found, .response(200, [], Array(body.utf8), chunk: 1)) == 1)
    }

    /// So much that it reaches the findings in pieces.
    @Test func aLongAnswerIsSeenWhole() async throws {
        let nothing = Array(repeating: "null", count: 200_000).joined(separator: ",")
        func body(_ end: String) -> [UInt8] { Array(#"{"loans":[\#(nothing),\#(end)]}"#.utf8) }
        #expect(try await Self.sent("$.loans[*]", .response(200, [], body("null"), chunk: 10_007)) == 2)
        #expect(try await Self.sent("$.loans[*]", .response(200, [], body("1"), chunk: 10_007)) == 1)
    }

    /// What an attempt that broke off has found does not count.
    @Test func anAnswerThatIsCutSaysNothing() async throws {
        let found = Array(repeating: #"{"id":1}"#, count: 100_000).joined(separator: ",")
        let cut = ScriptedAPI.Answer.cut(200, [], Array(#"{"loans":[\#(found),"#.utf8), .lost(reason: "reset"))
        #expect(try await Self.sent("$.loans[*]", cut, .response(200, [], #"{"loans":[]}"#)) == 2)
    }
}
