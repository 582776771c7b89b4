import Foundation
import Testing

/// `plan`, `validate`, `environments` and what selects steps: pure, stable, and sending nothing.
@Suite(.paced) struct PlanTests {
    /// Credentials are not needed for a plan, nor is a server: nothing listens on port 9 of this machine.
    private static let environment = SandboxProcess.environment(
        tokenURL: "http://127.0.0.1:9/oauth/token",
        baseURL: "http://127.0.0.1:9"
    )

    private struct PlanFile: Decodable {
        struct Plan: Decodable {
            struct Step: Decodable { let id: String }
            struct Token: Decodable { let scopes: [String] }
            let steps: [Step]
            let tokens: [Token]
        }
        let plan: Plan
        let hash: String
    }

    private static func plan(
        _ job: String,
        _ options: String...,
        in folder: TemporaryFolder? = nil
    ) async throws -> PlanFile {
        let folder = try folder ?? TemporaryFolder()
        try folder.write(job, to: "job.yaml")
        let run = try await command(
            Repository.runner,
            ["plan", "job.yaml", "--format", "json"] + options,
            in: folder,
            within: .seconds(10)
        )
        #expect(run.status == 0, "\(run.stderr)")
        return try JSONDecoder().decode(PlanFile.self, from: run.stdout)
    }

    @Test(arguments: ShippedFilesTests.shipped)
    func `a plan has the same bytes every time, wherever the file is`(_ file: String) async throws {
        for format in ["text", "json"] {
            let first = try await runner(
                "plan",
                "\(Repository.root)/\(file)",
                "--format",
                format,
                in: TemporaryFolder()
            )
            #expect(first.status == 0, "\(first.stderr)")
            #expect(!first.stdout.isEmpty)
            let folder = try TemporaryFolder()
            try folder.write(Data(contentsOf: URL(fileURLWithPath: "\(Repository.root)/\(file)")), to: "copy.yaml")
            let second = try await runner(
                "plan",
                "copy.yaml",
                "--format",
                format,
                in: folder,
                environment: ["TZ": "Asia/Kathmandu", "HOME": "/nonexistent", "LANG": "ar_EG.UTF-8"]
            )
            #expect(first.stdout == second.stdout)
            #expect(folder.files() == ["copy.yaml"])
        }
    }

    private static let job = Jobs.loans(environment) + "\n"

    /// Changes that matter, by the text they replace.
    static let changes: [(from: String, to: String)] = [
        ("limit: 300", "limit: 200"),
        ("concurrency: 4", "concurrency: 5"),
        ("name: loans", "name: credits"),
        ("id: loans", "id: credits"),
        ("$.loans[*]", "$.loans[:]"),
        ("/loans\"", "/loans/\""),
        ("base_url: http://127.0.0.1:9", "base_url: http://127.0.0.1:10"),
        ("token_url: http://127.0.0.1:9", "token_url: http://127.0.0.1:10"),
        ("audience: https://partner", "audience: https://partners"),
    ]

    @Test(arguments: changes.indices) func `the hash changes with what is asked of the API`(_ index: Int) async throws {
        let (from, to) = Self.changes[index]
        let changed = Self.job.replacing(from, with: to)
        #expect(changed != Self.job)
        let hash = try await Self.plan(Self.job).hash
        #expect(try await Self.plan(changed).hash != hash, "\(from) → \(to)")
    }

    @Test func `the hash changes with the scope`() async throws {
        let job = Jobs.steps(Self.environment, "- { id: other, scopes: [read:loans], request: { path: /other } }")
        let hashes = [
            try await Self.plan(job).hash,
            try await Self.plan(job.replacing("read:loans", with: "create:repayment")).hash,
            try await Self.plan(job.replacing("read:loans", with: "read:loans, create:repayment")).hash,
            try await Self.plan(job + "tokens: single\n").hash,
        ]
        #expect(Set(hashes).count == hashes.count)
    }

    @Test func `the hash does not change with what means the same`() async throws {
        let hash = try await Self.plan(Self.job).hash
        let same = [
            "# A comment.\n" + Self.job + "\n# Another one.\n",
            Self.job.replacing("scopes: [read:loans]", with: "scopes:\n    - \"read:loans\""),
            Self.job.replacing("\n", with: "\r\n"),
            "\u{FEFF}" + Self.job,
            Self.job.replacing("limit: 300", with: "limit: 0x12c"),
        ]
        for job in same {
            let changed = try await Self.plan(job).hash
            #expect(changed == hash, "\(job)")
        }
    }

    private static let steps = """
        - id: loans
          scopes: [read:loans]
          request: { path: "/v3/partner/${{ token.partnerId }}/loans" }
        - id: themes
          request: { path: "/v3/partner/${{ token.partnerId }}/config/themes" }
        - id: report
          scopes: [create:repayment]
          request: { method: POST, path: "/v3/partner/${{ token.partnerId }}/repayments", json: { repayments: [] } }
        """

    @Test func `--only and --from leave steps and their scopes out`() async throws {
        let job = Jobs.steps(Self.environment, Self.steps)
        let all = try await Self.plan(job)
        #expect(all.plan.steps.map(\.id) == ["loans", "themes", "report"])
        #expect(all.plan.tokens.flatMap(\.scopes).sorted() == ["create:repayment", "read:loans"])
        let only = try await Self.plan(job, "--only", "loans")
        #expect(only.plan.steps.map(\.id) == ["loans"])
        #expect(only.plan.tokens.map(\.scopes) == [["read:loans"]])
        let two = try await Self.plan(job, "--only", "report", "--only", "loans")
        #expect(two.plan.steps.map(\.id) == ["loans", "report"])
        let from = try await Self.plan(job, "--from", "themes")
        #expect(from.plan.steps.map(\.id) == ["themes", "report"])
        #expect(from.plan.tokens.map(\.scopes) == [["create:repayment"]])
        for option in ["--only", "--from"] {
            let folder = try TemporaryFolder()
            try folder.write(job, to: "job.yaml")
            let run = try await runner("plan", "job.yaml", option, "laons", in: folder)
            #expect([64, 65].contains(run.status), "\(run.status) \(run.stderr)")
            #expect(run.stderr.contains("`loans`"), "\(run.stderr)")
        }
    }

    @Test func `--dry-run shows the plan and sends nothing`() async throws {
        let folder = try TemporaryFolder()
        let api = try await PythonServer(answers: [:])
        try folder.write(Jobs.steps(api.environment(), Self.steps), to: "job.yaml")
        let run = try await runner("job.yaml", "--dry-run", in: folder)
        #expect(run.status == 0, "\(run.stderr)")
        #expect(run.text == (try await runner("plan", "job.yaml", in: folder)).text)
        #expect(run.text.contains("create:repayment"))
        #expect(api.seen.isEmpty)
        #expect(folder.files() == ["job.yaml"])
    }

    @Test func `--var replaces a default, and only one that is declared`() async throws {
        let folder = try TemporaryFolder()
        let sandbox = try await SandboxProcess()
        let relay = try await PythonServer(relayTo: sandbox.port)
        let job = """
            vars: { status: ended, size: 300 }
            \(Jobs.loans(relay.environment()).replacing("limit: 300", with: "limit: \"${{ vars.size }}\""))
            """
            .replacing("/loans\" }", with: "/loans\", params: { status: \"${{ vars.status }}\" } }")
        try folder.write(job, to: "job.yaml")
        let plain = try await runner("job.yaml", in: folder, environment: sandbox.credentials)
        if plain.status == 65 {
            // A page size that is a template is not part of the vocabulary.
            try folder.write(job.replacing("limit: \"${{ vars.size }}\"", with: "limit: 300"), to: "job.yaml")
        }
        let run = try await runner(
            "job.yaml",
            "--var",
            "status=defaulted",
            in: folder,
            environment: sandbox.credentials
        )
        #expect(run.status == 0, "\(run.stderr)")
        #expect(relay.seen.contains("status=defaulted"))
        #expect(try RunResults(job: "loans", in: folder).records("loans").count == 50)
        let unknown = try await runner("job.yaml", "--var", "staus=x", in: folder, environment: sandbox.credentials)
        #expect([64, 65].contains(unknown.status), "\(unknown.stderr)")
        #expect(unknown.stderr.contains("`status`"), "\(unknown.stderr)")
    }

    @Test func `--as-of fixes the time that a job sees`() async throws {
        let folder = try TemporaryFolder()
        let api = try await PythonServer(answers: ["/items": [.json("[]")]])
        let steps = """
            - id: items
              scopes: [any]
              request: { path: /items, params: { day: "${{ date(run.as_of, -1) }}", at: "${{ run.as_of }}" } }
              data_selector: $[*]
            """
        try folder.write(Jobs.steps(api.environment(extra: "scopes: { any: {} }"), steps), to: "job.yaml")
        let run = try await runner("job.yaml", "--as-of", "2024-03-01", in: folder, environment: Jobs.credentials)
        #expect(run.status == 0, "\(run.stderr)")
        #expect(api.seen.contains("day=2024-02-29"), "\(api.seen)")
        #expect(api.seen.contains("2024-03-01T00"), "\(api.seen)")
    }

    @Test func `validate looks at every file and reports on each`() async throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.job, to: "good.yaml")
        try folder.write(Self.job.replacing("limit", with: "limt"), to: "typo.yaml")
        try folder.write(Self.job.replacing("environment: test", with: "environment: tst"), to: "place.yaml")
        let good = try await runner("validate", "good.yaml", in: folder)
        #expect(good.status == 0, "\(good.stderr)")
        let run = try await runner("validate", "typo.yaml", "good.yaml", "absent.yaml", "place.yaml", in: folder)
        #expect(run.status != 0)
        #expect([65, 66].contains(run.status), "\(run.status)")
        let said = run.text + run.stderr
        for text in ["typo.yaml:", "good.yaml: ok", "absent.yaml", "place.yaml:", "`limit`", "`test`"] {
            #expect(said.contains(text), "\(text) in \(said)")
        }
        let shipped = ShippedFilesTests.shipped.map { "\(Repository.root)/\($0)" }
        let all = try await command(Repository.runner, ["validate"] + shipped, in: folder)
        #expect(all.status == 0, "\(all.stderr)")
        #expect((all.text + all.stderr).ranges(of: ": ok").count == shipped.count)
    }

    @Test func `environments lists what a job can name, and --yaml is a starting point`() async throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.environment.replacing("test:", with: "mirror:"), to: "more.yaml")
        let list = try await runner("environments", "--environments", "more.yaml", in: folder)
        #expect(list.status == 0, "\(list.stderr)")
        for name in ["kiva-production", "(production)", "kiva-stage", "sandbox", "mirror"] {
            #expect(list.text.contains(name), "\(name)")
        }
        let yaml = try await runner("environments", "--yaml", in: folder)
        #expect(yaml.status == 0)
        // What is printed can be read again, under other names.
        try folder.write(
            yaml.text.replacing(/\n  (\S+):/) { "\n  copy-\($0.1):" }.replacing("extends: ", with: "extends: copy-"),
            to: "copy.yaml"
        )
        let again = try await runner("environments", "--environments", "copy.yaml", in: folder)
        #expect(again.text.contains("copy-kiva-stage"), "\(again.stderr)")
    }

    @Test func `schema is JSON`() async throws {
        let run = try await runner("schema", in: TemporaryFolder())
        #expect(run.status == 0)
        let schema = try JSONSerialization.jsonObject(with: run.stdout) as? [String: Any]
        #expect(schema?["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    }
}
