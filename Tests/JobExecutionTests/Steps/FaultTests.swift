import JobExecution
import JobPlan
import JobSpec
import Testing

@Suite(.timeLimit(.minutes(1))) struct FaultTests {
    static let list = """
        steps:
          - id: loans
            scopes: [read:loans]
            request: { method: GET, path: /loans }
            data_selector: $.loans[*]
        """
    static let write = """
        steps:
          - id: made
            scopes: [create:loan]
            request: { method: POST, path: /loans, json: { a: 1 } }
        """

    static func answers(_ answers: ScriptedAPI.Answer...) -> ScriptedAPI {
        ScriptedAPI { _, number in answers[min(number, answers.count) - 1] }
    }

    @Test(arguments: [
        #"{"loans":[{"id":1},{"id":2"#, #"{"loans":[{"id":1},{"id":oops}]}"#, #"{"loans":[{"id":1}]}}"#, "", "<html>",
        "{\"loans\":[{\"id\":\"\u{1}\"}]}",
    ])
    func brokenJSONIsAskedForAgainAndLeavesNothing(body: String) async throws {
        let api = Self.answers(.response(200, [], Array(body.utf8), chunk: 4), .response(200, [], page(1...2)))
        let run = try TestRun(Self.list, api: api)
        let report = await run.executeThroughWaits()
        #expect(report.failure == nil)
        #expect(run.lines() == records(1...2))
        #expect(report.steps[0].attempts == 2)
        #expect(report.steps[0].calls == 1)
    }

    @Test func brokenJSONForGoodIsAProtocolViolation() async throws {
        let run = try TestRun(Self.list, api: Self.answers(.response(200, [], #"{"loans":[{"id":1},{"#)))
        let report = await run.executeThroughWaits()
        #expect(report.failure?.kind == .protocolViolation)
        #expect(report.failure?.attempt == 5)
        #expect(report.failure?.step?.name == "loans")
        #expect(report.failure?.request == "GET https://api.example.org/loans")
        #expect(run.lines() == [])
        #expect(run.sink.file("loans")?.ending == .abandoned)
        #expect(report.steps[0].state == .failed)
        #expect(report.steps[0].file == nil)
    }

    @Test(arguments: [list, write])
    func aServerThatProvesNothingIsAskedOnce(steps: String) async throws {
        let api = Self.answers(.failure(.untrusted(reason: "unknown issuer")))
        let run = try TestRun(steps, api: api)
        let report = await run.execute()
        #expect(report.failure?.kind == .unavailable)
        #expect(report.failure?.message == "unknown issuer")
        #expect(report.failure?.help.contains { $0.contains("ca_file") } == true)
        #expect(api.requests.count == 1)
    }

    /// Nothing was sent, so a write is not of unknown outcome either.
    @Test(arguments: [list, write])
    func aProxyThatRefusesTheCredentialsIsAskedOnce(steps: String) async throws {
        let api = Self.answers(.failure(.refusedByProxy(reason: "the proxy p wants credentials (407)")))
        let report = await (try TestRun(steps, api: api)).execute()
        #expect(report.failure?.kind == .configuration)
        #expect(report.failure?.message == "the proxy p wants credentials (407)")
        #expect(report.failure?.help.contains { $0.contains("https_proxy") } == true)
        #expect(api.requests.count == 1)
    }

    @Test func partOfAnAnswerIsNotTheAnswer() async throws {
        let api = Self.answers(.response(206, [HTTPField("Content-Range", "bytes 0-9/99")], page(1...2)))
        let run = try TestRun(Self.list, api: api)
        let report = await run.execute()
        #expect(report.failure?.kind == .protocolViolation)
        #expect(report.failure?.message.contains("206 Partial Content") == true)
        #expect(report.failure?.status == 206)
        #expect(run.lines() == [])
        #expect(api.requests.count == 1)
    }

    @Test(arguments: [
        list + "\n    success_criteria: [{ status: [200, 206] }]",
        list.replacing("path: /loans", with: "path: /loans, headers: { range: items=0-1 }"),
    ])
    func partOfAnAnswerIsTakenWhereTheJobSaysSo(steps: String) async throws {
        let run = try TestRun(steps, api: Self.answers(.response(206, [], page(1...2))))
        let report = await run.execute()
        #expect(report.failure == nil)
        #expect(run.lines() == records(1...2))
    }

    @Test(arguments: [#"{"error":"x"}"#, #"{"loans":{"id":1}}"#, #"{"loans":3}"#, "[]", "7"])
    func anAnswerOfAnotherShapeIsFinal(body: String) async throws {
        let api = Self.answers(.response(200, [], body))
        let run = try TestRun(Self.list, api: api)
        let report = await run.execute()
        #expect(report.failure?.kind == .protocolViolation)
        #expect(report.failure?.help.isEmpty == false)
        #expect(api.requests.count == 1)
    }

    @Test(arguments: [#"{"loans":[]}"#, #"{"loans":null}"#]) func nothingIsNoRecords(body: String) async throws {
        let run = try TestRun(Self.list, api: Self.answers(.response(200, [], body)))
        let report = await run.execute()
        #expect(report.isComplete)
        #expect(report.steps[0].records == 0)
        #expect(run.sink.file("loans")?.ending == .published)
    }

    @Test(arguments: [204, 205]) func anAnswerWithoutContentHasNoRecords(status: Int) async throws {
        let run = try TestRun(Self.list, api: Self.answers(.response(status)))
        #expect(await run.execute().isComplete)
    }

    @Test func recordsKeepTheirBytes() async throws {
        let record = #"{"b":480.00,"a":1234567890123456789012345,"a":"\u0000\ud800","c": [ 1 , 2 ]}"#
        let kept = #"{"b":480.00,"a":1234567890123456789012345,"a":"\u0000\ud800","c":[1,2]}"#
        for selector in ["$.loans[*]", "$.loans[?@.b]"] {
            let api = Self.answers(.response(200, [], #"{"loans":[\#(record)]}"#))
            let run = try TestRun(Self.list.replacing("$.loans[*]", with: "\"\(selector)\""), api: api)
            _ = await run.execute()
            #expect(run.lines() == [kept])
        }
    }

    // MARK: Retry-After

    @Test func retryAfterIsWaitedFor() async throws {
        let api = Self.answers(.response(429, [HTTPField("Retry-After", "120")]), .response(200, [], page(1...1)))
        let run = try TestRun(Self.list, api: api)
        let report = await run.executeThroughWaits()
        #expect(report.isComplete)
        #expect(report.duration >= .seconds(120))
        #expect(report.duration < .seconds(121))
        let retried = run.sink.events.contains {
            if case .retrying(_, _, 1, "HTTP 429 Too Many Requests", .seconds(120)) = $0 { true } else { false }
        }
        #expect(retried)
    }

    @Test func aLongRetryAfterEndsTheRunWithATime() async throws {
        let api = Self.answers(.response(429, [HTTPField("Retry-After", "3600")]))
        let report = await (try TestRun(Self.list, api: api)).execute()
        #expect(report.failure?.kind == .tryAgainLater)
        #expect(report.failure?.help == ["run it again at 2023-11-14T23:13:20Z or later"])
    }

    // MARK: Writes

    @Test(arguments: [408, 500, 502, 504])
    func aWriteOfUnknownOutcomeIsNotRepeated(status: Int) async throws {
        let api = Self.answers(.response(status))
        let report = await (try TestRun(Self.write, api: api)).execute()
        #expect(report.failure?.kind == .unknownOutcome)
        #expect(report.failure?.status == status)
        #expect(api.requests.count == 1)
    }

    @Test func aLostWriteIsNotRepeated() async throws {
        for error in [TransportError.lost(reason: "reset"), .timedOut(sent: true), .invalidAnswer(reason: "x")] {
            let api = Self.answers(.failure(error))
            let report = await (try TestRun(Self.write, api: api)).execute()
            #expect(report.failure?.kind == .unknownOutcome)
            #expect(api.requests.count == 1)
        }
    }

    @Test func aWriteThatWasNotSentOrNotTakenIsRepeated() async throws {
        let api = Self.answers(
            .failure(.notSent(reason: "refused")),
            .response(503),
            .response(429),
            .response(401),
            .response(201, [], #"{"id":1}"#)
        )
        let run = try TestRun(Self.write, api: api)
        let report = await run.executeThroughWaits()
        #expect(report.isComplete)
        let outcome =
            #"{"key":"made#0","items":{"first":0,"count":0},"status":201,"attempts":5,"request_id":null,"answer":{"id":1}}"#
        #expect(run.lines("made") == [outcome])
        #expect(api.requests.map(\.bodyText) == Array(repeating: #"{"a":1}"#, count: 5))
    }

    /// The write took effect: whatever is wrong with the answer, nobody has to wonder about that.
    @Test func aWriteThatSucceededHasNoUnknownOutcome() async throws {
        let selected = Self.write + "\n    data_selector: $.ids[*]"
        let wrong = await (try TestRun(selected, api: Self.answers(.response(201, [], "oops")))).execute()
        #expect(wrong.failure?.kind == .protocolViolation)
        #expect(wrong.failure?.status == 201)
        let criterion = Self.write + "\n    success_criteria: [{ jsonpath: $.ok }]"
        let unmet = try TestRun(criterion, api: Self.answers(.response(201, [], "{}")))
        #expect(await unmet.execute().failure?.kind == .criterionNotMet)
        #expect(unmet.sink.file("made")?.outcomes[0]?.state == .refused)
        let full = MemorySink(failing: .append)
        let disk = await (try TestRun(Self.write, api: Self.answers(.response(201, [], "{}")), sink: full)).execute()
        #expect(disk.failure?.kind == .io)
    }

    /// A 2xx that can't be judged may have taken effect: it is neither refused nor to be sent again.
    @Test(arguments: [
        ("[{ jsonpath: $.ok }]", 201, "oops"), ("[{ jsonpath: $.ok }]", 204, ""), ("[{ status: [201] }]", 202, "{}"),
    ])
    func aWriteWhoseSuccessIsInDoubtIsUnknown(criteria: String, status: Int, body: String) async throws {
        let api = Self.answers(.response(status, [], body))
        let report = await (try TestRun(Self.write + "\n    success_criteria: \(criteria)", api: api)).execute()
        #expect(report.failure?.kind == .unknownOutcome)
        #expect(api.requests.count == 1)
    }

    // MARK: Tokens

    @Test(arguments: [401, 403]) func aRefusedTokenIsReplacedOnce(status: Int) async throws {
        let api = Self.answers(.response(status), .response(200, [], page(1...1)))
        let run = try TestRun(Self.list, api: api)
        let report = await run.execute()
        #expect(report.isComplete)
        #expect(api.requests.map { $0.fields["Authorization"] } == ["Bearer token-1", "Bearer token-2"])
        #expect(run.sink.events.contains { if case .tokenRefused(_, _, status) = $0 { true } else { false } })
        #expect(report.tokens.map(\.fetches) == [2])
    }

    @Test(arguments: [401, 403]) func aFreshTokenThatIsRefusedEndsTheRun(status: Int) async throws {
        let api = Self.answers(.response(status, [], #"{"message":"no"}"#))
        let report = await (try TestRun(Self.list, api: api)).execute()
        #expect(report.failure?.kind == .notAuthorized)
        #expect(report.failure?.status == status)
        #expect(report.failure?.message.contains("no") == true)
        #expect(api.requests.count == 2)
        #expect(api.tokenRequests == 2)
    }

    @Test func aTokenIsRenewedWhileTheRunGoesOn() async throws {
        let life: @Sendable (Int) -> ScriptedAPI.Answer = {
            .response(200, [], TestToken.body("token-\($0)", #","expires_in":10"#))
        }
        let api = ScriptedAPI(token: life) { _, number in
            number.isMultiple(of: 2)
                ? .response(200, [], page(number...number, total: 5))
                : .response(503, [HTTPField("Retry-After", "20")])
        }
        let run = try TestRun(
            Self.list + "\n    paginator: { type: offset, limit: 1, total_path: $.total }",
            api: api
        )
        let report = await run.executeThroughWaits()
        #expect(report.isComplete)
        #expect(Set(api.requests.compactMap { $0.fields["Authorization"] }).count == 6)
    }

    @Test func aTokenStaysWithItsOrigin() async throws {
        let api = ScriptedAPI { request, _ in
            request.url.hasPrefix("https://api.example.org/")
                ? .response(302, [HTTPField("Location", "https://cdn.example.org/loans")])
                : .response(200, [], page(1...1))
        }
        let run = try TestRun(
            Self.list.replacing("path: /loans", with: "path: /loans, headers: { X-Key: hidden }"),
            api: api
        )
        let report = await run.execute()
        #expect(report.isComplete)
        #expect(api.requests.map { $0.fields["Authorization"] } == ["Bearer token-1", nil])
        #expect(api.requests.map { $0.fields["X-Key"] } == ["hidden", nil])
    }

    /// A page that was redirected away must not draw the next ones, and the job's header fields, after it.
    @Test func linksDoNotFollowARedirectAway() async throws {
        let api = ScriptedAPI { request, _ in
            request.url.hasPrefix("https://api.example.org/")
                ? .response(302, [HTTPField("Location", "https://cdn.example.org/loans")])
                : .response(200, [], page(1...1, rest: #","next":"/more""#))
        }
        let run = try TestRun(
            Self.list + "\n    paginator: { type: json_link, next_url_path: $.next }",
            api: api
        )
        let report = await run.execute()
        #expect(report.failure?.kind == .protocolViolation)
        #expect(report.failure?.message.contains("another origin") == true)
        #expect(api.requests.count == 2)
    }

    // MARK: Preflight

    @Test func aReducedGrantStopsTheRunBeforeTheFirstCall() async throws {
        let reduced: @Sendable (Int) -> ScriptedAPI.Answer = { _ in
            .response(200, [], TestToken.body("t", #","scope":"read:loans""#))
        }
        let api = ScriptedAPI(token: reduced) { _, _ in .response(200) }
        let steps = Self.list + "\n" + Self.write.split(separator: "\n").dropFirst().joined(separator: "\n")
        let run = try TestRun("tokens: single\n" + steps, api: api)
        let report = await run.execute()
        #expect(report.failure?.kind == .notAuthorized)
        #expect(report.failure?.help.first == "step `made` can't run without create:loan")
        #expect(report.failure?.help.contains { $0.contains("step `loans`") } == false)
        #expect(api.requests.isEmpty)
        #expect(run.sink.file("loans") == nil)
    }

    /// A call that takes any valid token doesn't care what it was granted.
    @Test func aCallThatTakesAnyTokenRunsOnAReducedGrant() async throws {
        let reduced: @Sendable (Int) -> ScriptedAPI.Answer = { _ in
            .response(200, [], TestToken.body("t", #","scope":"other""#))
        }
        let api = ScriptedAPI(token: reduced) { _, _ in .response(200, [], page(1...1)) }
        let run = try TestRun(Self.list.replacing("[read:loans]", with: "[]"), api: api)
        #expect(await run.execute().isComplete)
    }

    @Test func aRefusedSecretStopsTheRun() async throws {
        let api = ScriptedAPI(token: { _ in .response(401, [], #"{"error":"invalid_client"}"#) }) { _, _ in
            .response(200)
        }
        let report = await (try TestRun(Self.list, api: api)).execute()
        #expect(report.failure?.kind == .notAuthorized)
        #expect(api.requests.isEmpty)
    }

    // MARK: The disk

    @Test(
        arguments: MemorySink.Call.allCases.filter {
            ![.intend, .settle, .waitForDisk, .reject, .digest].contains($0)
        }
    )
    func aFullDiskEndsTheRunWhereverItStrikes(call: MemorySink.Call) async throws {
        // So long that some of it is in the file before the page turns out to be broken.
        let long = String(repeating: "x", count: 300_000)
        let api = Self.answers(
            .response(200, [], Array(#"{"loans":[{"note":"\#(long)"},{"#.utf8), chunk: 50_000),
            .response(200, [], page(1...2)),
            .response(404)
        )
        let run = try TestRun(
            """
            steps:
              - id: loans
                scopes: [read:loans]
                on_error: skip
                for_each: [1, 2]
                request: { method: GET, path: "/loans/${{ item }}" }
                data_selector: $.loans[*]
                paginator: { type: offset, limit: 2, total_path: $.total, stop_on_short_page: false }
            """.replacing(", total_path: $.total, stop_on_short_page: false", with: ""),
            api: api,
            sink: MemorySink(failing: call)
        )
        let report = await run.executeThroughWaits()
        #expect(report.failure?.kind == (call == .open ? .cannotCreate : .io), "\(call)")
        #expect(run.sink.file("loans")?.ending != .published)
        #expect(run.sink.file("loans")?.wasMisused != true)
    }
}
