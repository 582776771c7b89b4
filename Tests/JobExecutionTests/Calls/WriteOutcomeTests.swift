import JSONBytes
import JobExecution
import JobSpec
import Testing

/// What a write leaves in the journal when its attempts end in more than one way.
@Suite(.timeLimit(.minutes(1))) struct WriteOutcomeTests {
    static func job(_ rest: String = "", request: String = "method: POST, path: /loans, json: { a: 1 }") -> String {
        """
        steps:
          - id: loans
            scopes: [create:loan]
            request: { \(request) }
        \(rest)
        """
    }

    static let key = "    idempotency_key: auto"

    /// A call of which an interrupted run left no outcome, under the key that `auto` makes.
    static func open(_ state: CallOutcome.State = .unknown) -> ResumePoint {
        var begun = ResumePoint.BegunStep()
        let intent = CallIntent(call: 0, key: "/loans/0", items: 0..<0)
        begun.calls[0] = CallOutcome(intent: intent, state: state)
        var resume = ResumePoint()
        resume.begun[StepID("loans")!] = begun
        return resume
    }

    @Test(arguments: [
        ScriptedAPI.Answer.response(404), .response(401), .response(429), .response(500), .response(503),
        .failure(.notSent(reason: "refused")), .failure(.lost(reason: "reset")),
    ])
    func whatFollowsASeeOtherDoesNotSendTheWriteAgain(_ answer: ScriptedAPI.Answer) async throws {
        let api = ScriptedAPI { _, number in
            number == 1 ? .response(303, [HTTPField("Location", "/result")]) : answer
        }
        let run = try TestRun(Self.job(), api: api)
        let report = await run.executeThroughWaits()
        #expect(api.requests.map(\.method) == ["POST", "GET"])
        #expect(report.failure?.kind == .unknownOutcome)
        #expect(run.sink.file("loans")?.outcomes[0]?.state == .unknown)
    }

    @Test(arguments: [nil, "http://api.example.org/y", "ftp://a/b"])
    func aSeeOtherThatLeadsNowhereIsUnknown(location: String?) async throws {
        let api = ScriptedAPI { _, _ in .response(303, location.map { [HTTPField("Location", $0)] } ?? []) }
        let run = try TestRun(Self.job(), api: api)
        #expect(await run.execute().failure?.kind == .unknownOutcome)
        #expect(run.sink.file("loans")?.outcomes[0]?.state == .unknown)
    }

    /// Most form handlers answer what they have done by 302, so only a method that may be sent twice counts as refused.
    @Test(arguments: [
        (301, "POST", "", CallOutcome.State.unknown), (302, "POST", "", .unknown), (302, "POST", Self.key, .unknown),
        (302, "PATCH", "", .unknown), (301, "PATCH", Self.key, .unknown), (302, "PUT", "", .refused),
        (301, "DELETE", "", .refused), (302, "PUT", Self.key, .refused), (307, "POST", "", .refused),
        (308, "POST", Self.key, .refused), (307, "PUT", "", .refused),
    ])
    func aRedirectThatIsNotFollowed(status: Int, method: String, key: String, state: CallOutcome.State) async throws {
        let api = ScriptedAPI { _, _ in .response(status, [HTTPField("Location", "https://other.example.org/done")]) }
        let run = try TestRun(Self.job(key, request: "method: \(method), path: /loans, json: { a: 1 }"), api: api)
        let failure = try #require(await run.execute().failure)
        #expect(run.sink.file("loans")?.outcomes[0]?.state == state)
        #expect(failure.kind == (state == .unknown ? .unknownOutcome : .refused))
        #expect(failure.help.contains { $0.contains("runner resolve") } == (state == .unknown))
        #expect(api.requests.count == 1)
    }

    @Test(arguments: ["skip", "continue"]) func aRedirectIsNotLeftOutOfAnUnsafeStep(onError: String) async throws {
        let api = ScriptedAPI { _, _ in .response(302, [HTTPField("Location", "/done")]) }
        let run = try TestRun(Self.job("    on_error: \(onError)"), api: api)
        #expect(await run.execute().failure?.kind == .unknownOutcome)
        #expect(run.sink.file("loans")?.rejects == [])
    }

    /// A key makes another try harmless, but not useful: a person must be able to end it.
    @Test func aKeyedRedirectIsStillUnknownAfterAResume() async throws {
        let api = ScriptedAPI { _, _ in .response(302, [HTTPField("Location", "/done")]) }
        let run = try TestRun(Self.job(Self.key), api: api)
        #expect(await run.execute(resume: Self.open()).failure?.kind == .unknownOutcome)
        #expect(run.sink.file("loans")?.outcomes[0]?.state == .unknown)
    }

    @Test func aJobMayTakeARedirectForASuccess() async throws {
        let api = ScriptedAPI { _, _ in .response(302, [HTTPField("Location", "/done")]) }
        let run = try TestRun(Self.job("    success_criteria: { status: 302 }"), api: api)
        #expect(await run.execute().failure == nil)
        #expect(run.sink.file("loans")?.outcomes[0]?.state == .done)
        #expect(api.requests.count == 1)
    }

    @Test(arguments: [true, false]) func aProbeTellsWhatARedirectMeant(isThere: Bool) async throws {
        let reconcile = """
                reconcile:
                  request: { path: /loans }
                  scopes: [read:loans]
                  found: $.loans[*]
            """
        let api = ScriptedAPI { request, _ in
            request.method == "GET"
                ? .response(200, [], isThere ? #"{"loans":[1]}"# : #"{"loans":[]}"#)
                : .response(302, [HTTPField("Location", "/done")])
        }
        let run = try TestRun(Self.job(reconcile), api: api)
        let failure = await run.executeThroughWaits().failure
        #expect(failure?.kind == (isThere ? nil : .refused))
        #expect(run.sink.file("loans")?.outcomes[0]?.state == (isThere ? .done : .refused))
        #expect(api.requests.map(\.method) == ["POST", "GET"])
    }

    @Test(arguments: ["skip", "continue", "fail"])
    func aRefusalAfterALostAttemptIsNotTakenForOne(onError: String) async throws {
        let api = ScriptedAPI { _, number in number == 1 ? .failure(.lost(reason: "reset")) : .response(409) }
        let run = try TestRun(Self.job(Self.key + "\n    on_error: \(onError)"), api: api)
        let report = await run.executeThroughWaits()
        #expect(api.requests.count == 2)
        #expect(report.failure?.kind == .unknownOutcome)
        #expect(run.sink.file("loans")?.outcomes[0]?.state == .unknown)
        #expect(run.sink.file("loans")?.rejects == [])
    }

    @Test(arguments: [409, 401]) func norIsARefusalAfterAResume(status: Int) async throws {
        let run = try TestRun(Self.job(Self.key), api: ScriptedAPI { _, _ in .response(status) })
        _ = await run.execute(resume: Self.open())
        #expect(run.sink.file("loans")?.outcomes[0]?.state == .unknown)
    }

    /// With a key the API takes all attempts for one, so it refuses all of them.
    @Test(arguments: [400, 404, 422]) func aRefusalUnderAKeyIsOfAllAttempts(status: Int) async throws {
        let lost = ScriptedAPI { _, number in number == 1 ? .failure(.lost(reason: "reset")) : .response(status) }
        let run = try TestRun(Self.job(Self.key), api: lost)
        #expect(await run.executeThroughWaits().failure?.kind == .refused)
        #expect(run.sink.file("loans")?.outcomes[0]?.state == .refused)
        let resumed = try TestRun(Self.job(Self.key), api: ScriptedAPI { _, _ in .response(status) })
        #expect(await resumed.execute(resume: Self.open()).failure?.kind == .refused)
        #expect(resumed.sink.file("loans")?.outcomes[0]?.state == .refused)
    }

    @Test func theRefusalOfWhatFollowsASeeOtherIsNotTheWrites() async throws {
        let api = ScriptedAPI { _, number in
            number == 1 ? .response(303, [HTTPField("Location", "/result")]) : .response(404)
        }
        let run = try TestRun(Self.job(Self.key), api: api)
        #expect(await run.execute().failure?.kind == .unknownOutcome)
        #expect(run.sink.file("loans")?.outcomes[0]?.state == .unknown)
    }

    @Test func aDeletionThatWasLostAndIsThenNotFoundIsUnknown() async throws {
        let job = Self.job(request: "method: DELETE, path: /loans/1")
        let run = try TestRun(job, api: ScriptedAPI { _, _ in .response(404) })
        #expect(await run.execute(resume: Self.open()).failure?.kind == .unknownOutcome)
        #expect(run.sink.file("loans")?.outcomes[0]?.state == .unknown)
    }

    @Test func aRefusalOfACallThatTookNoEffectIsOne() async throws {
        let run = try TestRun(Self.job(Self.key), api: ScriptedAPI { _, _ in .response(409) })
        let report = await run.execute(resume: Self.open(.notDone))
        #expect(report.failure?.kind == .refused)
        #expect(run.sink.file("loans")?.outcomes[0]?.state == .refused)
    }

    /// The status says that it took effect, unless the job wants to see that in the answer.
    @Test(arguments: [("", CallOutcome.State.done), ("    success_criteria: { jsonpath: $.ok }", .unknown)])
    func aWriteWhoseAnswerIsTooLarge(criteria: String, state: CallOutcome.State) async throws {
        let body = [UInt8](repeating: UInt8(ascii: " "), count: (64 << 20) + 1)
        let api = ScriptedAPI { _, _ in .response(201, [], body, chunk: 1 << 24) }
        let run = try TestRun(Self.job(criteria), api: api)
        let report = await run.execute()
        #expect(report.failure?.kind == (state == .done ? nil : .unknownOutcome))
        #expect(api.requests.count == 1)
        #expect(run.sink.file("loans")?.outcomes[0]?.state == state)
        guard state == .done else { return }
        #expect(run.lines().first?.hasSuffix(#""status":201,"attempts":1,"request_id":null,"answer":null}"#) == true)
        #expect(run.observed.all.contains { if case .notice = $0 { true } else { false } })
    }

    @Test func aWriteThatCannotBeMadeIsRejected() async throws {
        let job = Self.job(
            "    for_each: [{ k: a }, { x: 1 }, { k: b }]\n    on_error: skip",
            request: "method: POST, path: '/loans/${{ item.k }}', json: { a: 1 }"
        )
        let run = try TestRun(job, api: ScriptedAPI { _, _ in .response(200, [], "{}") })
        let report = await run.execute()
        #expect(report.failure == nil)
        #expect(report.steps[0].skippedItems == 1)
        #expect(run.sink.file("loans")?.rejects.count == 1)
        #expect(run.sink.file("loans")?.rejects.first?.hasPrefix(#"{"item":{"x":1},"position":1,"#) == true)
    }

    /// It has a line that is to be in the file, or an outcome that is to be settled.
    @Test(arguments: [CallOutcome.State.done, .unknown])
    func aWriteOfBeforeAResumeIsNotLeftOut(state: CallOutcome.State) async throws {
        let job = Self.job(
            "    for_each: [{ x: 1 }]\n    on_error: skip\n" + Self.key,
            request: "method: POST, path: '/loans/${{ item.k }}', json: { a: 1 }"
        )
        let run = try TestRun(job, api: ScriptedAPI { _, _ in .response(200, [], "{}") })
        let report = await run.execute(resume: Self.open(state))
        #expect(report.failure?.kind == .template)
        #expect(run.sink.file("loans")?.commits == [])
    }

    @Test func nothingIsSentAboveABadRowAfterAResume() async throws {
        let file = try TemporaryFile("id\n1\n2\n3,4\n")
        let job = Self.job("    for_each: { csv: \(file.path) }")
        let api = ScriptedAPI { _, _ in .response(200, [], "{}") }
        var resume = ResumePoint()
        resume.begun[StepID("loans")!] = ResumePoint.BegunStep()
        let report = await (try TestRun(job, api: api)).execute(resume: resume)
        #expect(report.failure?.kind == .invalidInput)
        #expect(api.requests.isEmpty)
    }

    /// The answer came before the run was killed: later steps get what it held, also where its line in the file doesn't.
    @Test(arguments: [("", true), ("", false), ("    data_selector: $.kept[*]\n", true)])
    func theOutputsOfACallThatIsDoneAreThoseOfItsAnswer(selector: String, areKept: Bool) async throws {
        let job =
            Self.job(selector + "    output: { id: $.id }") + """

                  - id: after
                    scopes: [create:loan]
                    request: { method: POST, path: '/after/${{ steps.loans.output.id }}', json: { a: 1 } }
                """
        let api = ScriptedAPI { _, _ in .response(200, [], #"{"id":7,"kept":[1,2]}"#) }
        let first = try TestRun(job, api: api)
        #expect(await first.execute().failure == nil)
        #expect(api.requests.last?.path == "/after/7")
        var begun = ResumePoint.BegunStep()
        begun.calls = first.sink.file("loans")?.outcomes ?? [:]
        #expect(begun.calls[0]?.outputs == ["id": 7])
        // A journal of before outputs were kept: the answer is in the call's line.
        if !areKept {
            begun.calls = begun.calls.mapValues {
                CallOutcome(intent: $0.intent, state: $0.state, record: $0.record, reason: $0.reason)
            }
        }
        var resume = ResumePoint()
        resume.begun[StepID("loans")!] = begun
        let again = ScriptedAPI { _, _ in .response(200, [], #"{"id":8}"#) }
        let second = try TestRun(job, api: again)
        #expect(await second.execute(resume: resume).failure == nil)
        #expect(again.requests.map(\.path) == ["/after/7"])
        #expect(second.lines() == first.lines())
    }
}
