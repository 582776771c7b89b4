import Foundation
import Testing

/// Nothing that an API, a file or a run's folder says acts on the terminal that a person looks at.
@Suite(.paced) struct TerminalSafetyTests {
    /// Moves the cursor, changes colours and the title, reorders and breaks lines: in one byte, in many, without any.
    private static let hostile = "a\u{9B}31m\u{1B}]0;x\u{7}\u{202E}b\u{2028}c\u{7F}d\u{200B}"

    private func expectHarmless(_ text: String, _ place: Comment) {
        let acting = text.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: scalar != "\n"
            default: false
            }
        }
        #expect(acting.isEmpty, place)
    }

    @Test func `what an API says is harmless in every line`() async throws {
        let folder = try TemporaryFolder()
        let body = try JSONSerialization.data(withJSONObject: ["message": Self.hostile])
        let refusal = PythonServer.Answer.json(String(decoding: body, as: UTF8.self), status: 400)
        let api = try await PythonServer(answers: ["/items": [refusal]])
        let steps = """
            - id: skipped
              scopes: [any]
              for_each: [1]
              on_error: skip
              request: { path: /items }
            - id: failed
              scopes: [any]
              on_error: continue
              request: { path: /items }
            - id: last
              scopes: [any]
              request: { path: /items }
            """
        try folder.write(Jobs.steps(api.environment(extra: "scopes: { any: {} }"), steps), to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: Jobs.credentials)
        for line in ["skipped  item 1 left out", "failed  failed:", "step `last`:"] {
            #expect(run.stderr.contains(line), "\(run.stderr)")
        }
        expectHarmless(run.stderr, "\(run.stderr.debugDescription)")
    }

    @Test func `what a file holds is harmless in every line`() async throws {
        let folder = try TemporaryFolder()
        let api = try await PythonServer(answers: ["/items": [.json("{}")]])
        try folder.write("amount\n\(Self.hostile)\n", to: "items.csv")
        let steps = """
            - id: items
              scopes: [any]
              for_each: { csv: items.csv, columns: { amount: number } }
              on_error: continue
              request: { path: /items }
            """
        try folder.write(Jobs.steps(api.environment(extra: "scopes: { any: {} }"), steps), to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: Jobs.credentials)
        #expect(run.stderr.contains("items  failed:"), "\(run.stderr)")
        expectHarmless(run.stderr, "\(run.stderr.debugDescription)")
    }

    @Test func `what stands in a run's folder is harmless in the tables`() async throws {
        let folder = try TemporaryFolder()
        let api = try await PythonServer(answers: ["/items": [.json("{}", status: 400)]])
        let steps = """
            - id: items
              scopes: [any]
              request: { path: /items }
            """
        try folder.write(Jobs.steps(api.environment(extra: "scopes: { any: {} }"), steps), to: "job.yaml")
        _ = try await runner("job.yaml", in: folder, environment: Jobs.credentials)
        let results = try RunResults(job: "job", in: folder)
        for name in try results.names where name.hasSuffix("json") {
            let text = String(decoding: try results.data(name), as: UTF8.self)
            let changed = text.replacing(/"environment": ?"test"/) { _ in "\"environment\":\"a\u{9B}31m\u{202E}b\"" }
            try folder.write(changed, to: "\(results.path)/\(name)")
        }
        let shown = try await runner("show", "--last", "job", in: folder)
        #expect(shown.status == 0, "\(shown.stderr)")
        #expect(shown.text.contains("a<U+009B>31m<U+202E>b"), "\(shown.text.debugDescription)")
        expectHarmless(shown.text, "\(shown.text.debugDescription)")
    }
}
