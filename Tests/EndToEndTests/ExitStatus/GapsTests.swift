import Foundation
import Testing

/// 0 and 1: whole results, and results with gaps that the job allowed.
@Suite(.paced) struct GapsTests {
    /// Two themes lists of which one is refused for good.
    private static func api() async throws -> PythonServer {
        try await PythonServer(answers: [
            "/good": [.json(#"{"items":[{"id":1},{"id":2}]}"#)],
            "/bad": [.json(#"{"message":"no such list"}"#, status: 404)],
        ])
    }

    private static let loop = """
        - id: lists
          on_error: ON_ERROR
          for_each: [good, bad, good]
          request: { path: "/${{ item }}" }
          data_selector: $.items[*]
        - id: after
          request: { path: /good }
          data_selector: $.items[*]
        """

    @Test func `skip leaves an item out and says so`() async throws {
        let folder = try TemporaryFolder()
        let api = try await Self.api()
        let steps = Self.loop.replacing("ON_ERROR", with: "skip")
        try folder.write(Jobs.steps(api.environment(extra: "scopes: { any: {} }"), scoped(steps)), to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: Jobs.credentials)
        #expect(run.status == 1, "\(run.stderr)")
        #expect(run.stderr.contains("item 2 left out: HTTP 404 Not Found: no such list"), "\(run.stderr)")
        #expect(run.stderr.contains("items left out in: lists"), "\(run.stderr)")
        let results = try RunResults(job: "job", in: folder)
        #expect(try results.records("lists") == [#"{"id":1}"#, #"{"id":2}"#, #"{"id":1}"#, #"{"id":2}"#])
        #expect(try results.records("after").count == 2)
    }

    @Test func `continue gives a step up and goes on`() async throws {
        let folder = try TemporaryFolder()
        let api = try await Self.api()
        let steps = Self.loop.replacing("ON_ERROR", with: "continue")
        try folder.write(Jobs.steps(api.environment(extra: "scopes: { any: {} }"), scoped(steps)), to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: Jobs.credentials)
        #expect(run.status == 1, "\(run.stderr)")
        #expect(run.stderr.contains("failed: lists"), "\(run.stderr)")
        let results = try RunResults(job: "job", in: folder)
        #expect(try !results.names.contains("lists.ndjson"))
        #expect(try results.records("after").count == 2)
        #expect(try results.manifest().steps.map(\.state) == ["failed", "done"])
    }

    @Test func `fail stops there, and the refused call is 1`() async throws {
        let folder = try TemporaryFolder()
        let api = try await Self.api()
        let steps = Self.loop.replacing("ON_ERROR", with: "fail")
        try folder.write(Jobs.steps(api.environment(extra: "scopes: { any: {} }"), scoped(steps)), to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: Jobs.credentials)
        #expect(run.status == 1, "\(run.stderr)")
        for text in ["step `lists`", "HTTP 404 Not Found: no such list", "GET \(api.url)/bad", "job.yaml:"] {
            #expect(run.stderr.contains(text), "\(text) in \(run.stderr)")
        }
        let results = try RunResults(job: "job", in: folder)
        #expect(try results.names.filter { $0.hasSuffix("s.ndjson") || $0.hasPrefix("after") }.isEmpty)
        #expect(!api.seen.split(separator: "\n").dropLast().isEmpty)
    }

    /// Gives each step the scope that these environments know.
    private func scoped(_ steps: String) -> String {
        steps.replacing(#"  request:"#, with: "  scopes: [any]\n  request:")
    }
}
