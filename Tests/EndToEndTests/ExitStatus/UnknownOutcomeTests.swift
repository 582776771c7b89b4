import Foundation
import Testing

/// 79: a write whose answer is lost is never sent again; the run stops and says which one it was.
@Suite(.paced) struct UnknownOutcomeTests {
    @Test(arguments: ["reset-after", "502-after", "truncate"])
    func `a lost answer to a POST`(_ fault: String) async throws {
        let folder = try TemporaryFolder()
        let sandbox = try await SandboxProcess("--faults", "POST /repayments #1 = \(fault)")
        let relay = try await PythonServer(relayTo: sandbox.port)
        let steps = """
            - id: report
              for_each: ["1042970", "1042971"]
              concurrency: 1
              request:
                method: POST
                path: /v3/partner/${{ token.partnerId }}/repayments
                json: { repayments: [{ loan_id: "${{ item }}", amount: 25.00, client_id: "184729" }] }
            """
        try folder.write(Jobs.steps(relay.environment(extra: Jobs.impatient), steps), to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: sandbox.credentials)
        #expect(run.status == 79, "\(run.stderr)")
        let said = ["nobody knows whether this POST took effect", "/v3/partner/1/repayments", "runner resolve"]
        for text in ["step `report`"] + said {
            #expect(run.stderr.contains(text), "\(text) in \(run.stderr)")
        }
        #expect(relay.seen.ranges(of: "POST /v3/partner/1/repayments").count == 1)
        #expect(relay.seen.contains("25.00"))
        // Which item it was, and last what to do next: a resume alone would stop again.
        #expect(run.stderr.contains("`report#0`: item 1\n"), "\(run.stderr)")
        let path = try RunResults(job: "job", in: folder).path
        let last = run.stderr.split(separator: "\n").last.map(String.init) ?? ""
        #expect(last.hasSuffix("runner resolve \(path) 'report#0' --done, or --not-done"), "\(run.stderr)")
        #expect(!run.stderr.contains("runner resume"), "\(run.stderr)")
    }

    @Test(arguments: ["429", "503", "reset-before"])
    func `a write that was not taken is sent again`(_ fault: String) async throws {
        let folder = try TemporaryFolder()
        let sandbox = try await SandboxProcess("--faults", "POST /repayments #1 = \(fault); retry-after=0")
        let relay = try await PythonServer(relayTo: sandbox.port)
        let steps = """
            - id: report
              request:
                method: POST
                path: /v3/partner/${{ token.partnerId }}/repayments
                json: { repayments: [{ loan_id: "1042970", amount: 25.00, client_id: "184729" }] }
            """
        try folder.write(Jobs.steps(relay.environment(extra: Jobs.impatient), steps), to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: sandbox.credentials)
        // After a reset nobody can tell a write that was taken from one that was not.
        #expect(run.status == (fault == "reset-before" ? 79 : 0), "\(run.stderr)")
        let sent = relay.seen.ranges(of: "POST /v3/partner/1/repayments").count
        #expect(sent == (fault == "reset-before" ? 1 : 2))
    }

    /// The journal keeps positions alone: the item comes from the input, unless that is another one now.
    @Test(arguments: [("csv", ","), ("csv", ";"), ("ndjson", "")])
    func `the first item of a lost call is shown`(_ kind: String, _ delimiter: String) async throws {
        let folder = try TemporaryFolder()
        let sandbox = try await SandboxProcess("--faults", "POST /repayments #2 = reset-after")
        let rows = (1...6).map { "10429\($0)\(delimiter)\($0).00\(delimiter)1" }
        let lines = (1...6).map { #"{"row":{"loan_id":"10429\#($0)","amount":\#($0).00,"client_id":"1"}}"# }
        let header = ["loan_id", "amount", "client_id"].joined(separator: delimiter)
        let input = (kind == "csv" ? [header] + rows : lines).joined(separator: "\n") + "\n"
        try folder.write(input, to: "input")
        let csv = "{ csv: input, columns: { amount: number }, delimiter: \"\(delimiter)\" }"
        let forEach = kind == "csv" ? csv : "{ ndjson: input, field: row }"
        let steps = """
            - id: report
              for_each: \(forEach)
              batch_size: 2
              concurrency: 1
              request:
                method: POST
                path: /v3/partner/${{ token.partnerId }}/repayments
                json: { repayments: "${{ batch }}" }
            """
        try folder.write(Jobs.steps(sandbox.environment(extra: Jobs.impatient), steps), to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: sandbox.credentials)
        #expect(run.status == 79, "\(run.stderr)")
        #expect(run.stderr.contains("`report#1`: items 3 to 4\n"), "\(run.stderr)")
        let shown = try await runner("show", "--last", "job", in: folder)
        let amount = kind == "csv" ? #""3.00""# : "3.00"
        let item = #"report#1  {"loan_id":"104293","amount":\#(amount),"client_id":"1"}"#
        #expect(shown.text.contains("KEY       FIRST ITEM\n\(item)\n"), "\(shown.text)")
        try folder.write(input.replacing("104293", with: "104299"), to: "input")
        let changed = try await runner("show", "--last", "job", in: folder)
        #expect(changed.status == 0 && !changed.text.contains("FIRST ITEM"), "\(changed.text)")
    }

    /// A form handler that sends the browser on to a page has done its work; one that has moved has not.
    @Test(arguments: [true, false]) func `a redirect in answer to a POST`(_ isDone: Bool) async throws {
        let folder = try TemporaryFolder()
        let moved = PythonServer.Answer(status: 302, headers: ["Location": "/thanks"])
        let api = try await PythonServer(answers: ["/donations": [moved, .json(#"{"id":1}"#)]])
        let steps = """
            - id: donate
              scopes: [any]
              on_error: skip
              request: { method: POST, path: /donations, form: { amount: "25.00" } }
            """
        let environment = api.environment(extra: "scopes: { any: {} }\n\(Jobs.impatient)")
        try folder.write(Jobs.steps(environment, steps), to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: Jobs.credentials)
        #expect(run.status == 79, "\(run.stderr)")
        for text in ["was redirected by HTTP 302", "/thanks", "runner resolve", "success_criteria"] {
            #expect(run.stderr.contains(text), "\(text) in \(run.stderr)")
        }
        let shown = try await runner("show", "--last", "job", in: folder)
        // Why the run failed, and all that the journal knows of the call.
        let why = /\nfailure +step `donate`: nobody knows whether the call `donate#0` took effect/
        #expect(shown.text.firstMatch(of: why) != nil, "\(shown.text)")
        let call = /\ndonate +donate#0 +- +20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z +.*was redirected by HTTP 302/
        #expect(shown.text.firstMatch(of: call) != nil, "\(shown.text)")
        let path = try RunResults(job: "job", in: folder).path
        let found = isDone ? "--done" : "--not-done"
        let noted = try await runner("resolve", "--last", "job", "donate#0", found, in: folder)
        #expect(noted.status == 0, "\(noted.stderr)")
        let id = try #require(path.split(separator: "/").last)
        #expect(noted.stderr.hasSuffix("\nnext: runner resume \(id)\n"), "\(noted.stderr)")
        let resumed = try await runner("resume", path, in: folder, environment: Jobs.credentials)
        #expect(resumed.status == 0, "\(resumed.stderr)")
        #expect(api.seen.ranges(of: "POST /donations").count == (isDone ? 1 : 2))
    }
}
