import JobExecution
import JobSpec
import Testing

/// A list that templates yield need not be the same at a resume, though the plan is: positions would mean other items.
@Suite(.timeLimit(.minutes(1))) struct ListInputTests {
    static func job(_ forEach: String, list: String) -> String {
        """
        vars: { list: \(list) }
        steps:
          - id: loans
            scopes: [create:loan]
            concurrency: 1
            for_each: \(forEach)
            request: { method: POST, path: "/loans/${{ item }}", json: { a: 1 } }
        """
    }

    /// What a resume knows of a run that ended after the first of its calls.
    static func interrupted(_ forEach: String, list: String) async throws -> ResumePoint {
        let api = ScriptedAPI { _, number in number == 1 ? .response(201, [], "{}") : .failure(.cancelled) }
        let run = try TestRun(job(forEach, list: list), api: api)
        _ = await run.execute()
        var begun = ResumePoint.BegunStep()
        begun.lastPage = run.sink.file("loans")?.commits.last
        for case .inputOpened(_, let digest) in run.sink.events { begun.input = digest }
        var resume = ResumePoint()
        resume.begun[StepID("loans")!] = begun
        return resume
    }

    @Test(arguments: ["${{ vars.list }}", #"["${{ vars.list[0] }}", "${{ vars.list[1] }}"]"#], [true, false])
    func otherItemsAreRefused(forEach: String, isSame: Bool) async throws {
        let resume = try await Self.interrupted(forEach, list: "[a, b]")
        let api = ScriptedAPI { _, _ in .response(201, [], "{}") }
        let run = try TestRun(Self.job(forEach, list: isSame ? "[a, b]" : "[b, a]"), api: api)
        let report = await run.execute(resume: resume)
        #expect(report.failure?.kind == (isSame ? nil : .input))
        #expect(report.failure?.span?.text.contains("vars.list") != false)
        #expect(api.requests.map(\.path) == (isSame ? ["/loans/b"] : []))
    }

    /// The plan has them.
    @Test func itemsOfTheJobFileNeedNoDigest() async throws {
        let resume = try await Self.interrupted("[a, b]", list: "[]")
        #expect(resume.begun.values.allSatisfy { $0.input == nil && $0.lastPage != nil })
    }
}
