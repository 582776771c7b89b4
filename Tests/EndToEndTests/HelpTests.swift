import Foundation
import Testing

/// Help that teaches, and output that suits where it goes.
@Suite(.paced) struct HelpTests {
    static let commands = [
        "run", "plan", "validate", "resume", "resolve", "runs", "show", "clean", "sandbox", "environments", "schema",
    ]
    /// Those whose examples refer to runs that are not there.
    private static let aboutRuns: Set = ["resume", "resolve", "runs", "show", "clean"]

    @Test func `the help names every command, with examples and exit statuses`() async throws {
        let folder = try TemporaryFolder()
        let help = try await runner("--help", in: folder)
        #expect(help.status == 0)
        let text = help.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for command in Self.commands { #expect(text.contains(command), "\(command)") }
        #expect(text.contains("runner jobs/nightly.yaml"))
        for status in [0, 1, 64, 65, 66, 69, 70, 73, 74, 75, 76, 77, 78, 79, 130, 143] {
            #expect(text.contains(" \(status)"), "\(status)")
        }
        let version = try await runner("--version", in: folder)
        #expect(version.status == 0)
        #expect(version.text.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil, "\(version.text)")
    }

    @Test(arguments: commands) func `each command's help has an example that is real`(_ name: String) async throws {
        let folder = try TemporaryFolder()
        let help = try await runner(name, "--help", in: folder)
        #expect(help.status == 0, "\(help.stderr)")
        let examples = help.text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { $0.hasPrefix("runner ") }
        #expect(!examples.isEmpty, "\(help.text)")
    }

    @Test(arguments: commands) func `what each command's help promises parses`(_ name: String) async throws {
        let folder = try TemporaryFolder()
        for name in ["jobs", "examples"] where FileManager.default.fileExists(atPath: "\(Repository.root)/\(name)") {
            try FileManager.default.createSymbolicLink(
                atPath: folder(name),
                withDestinationPath: "\(Repository.root)/\(name)"
            )
        }
        let help = try await runner(name, "--help", in: folder)
        let examples = help.text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { $0.hasPrefix("runner ") && !$0.hasPrefix("runner sandbox") && !$0.contains("kiva-") }
        for example in examples {
            let line = (example.split(separator: "|").first.map(String.init) ?? example)
                .replacing(/^runner/, with: "\"$0\"")
            let run = try await command("sh", ["-c", line, Repository.runner], in: folder)
            let isFine = run.status == 0 || Self.aboutRuns.contains(name) && run.status != 64
            #expect(isFine, "\(example): \(run.status) \(run.stderr)")
        }
    }

    @Test func `no escape codes where there is no terminal`() async throws {
        let folder = try TemporaryFolder()
        try folder.write("name: x\nstps: []\n", to: "wrong.yaml")
        for arguments in [["\(Repository.root)/jobs/nightly.yaml"], ["wrong.yaml"], ["--help"], ["plan", "absent"]] {
            let run = try await command(
                Repository.runner,
                arguments,
                in: folder,
                environment: ["TERM": "xterm-256color", "CLICOLOR_FORCE": "1"]
            )
            #expect(!run.stderr.contains("\u{1B}") && !run.text.contains("\u{1B}"), "\(arguments)")
            #expect(!run.stderr.contains("\r"), "\(arguments)")
        }
    }

    /// `script` gives the command a terminal.
    @Test(.enabled(if: Executable.path(of: "script") != nil), arguments: [true, false])
    func `on a terminal there is a live line, with colour unless NO_COLOR is set`(_ hasColor: Bool) async throws {
        let folder = try TemporaryFolder()
        try folder.write("name: x\nstps: []\n", to: "wrong.yaml")
        let job = Jobs.loans("environments: { test: { extends: sandbox, sandbox: { loans: 3000, latency: 30ms } } }")
        try folder.write(job, to: "job.yaml")
        var environment = ["TERM": "xterm", "SHELL": "/bin/sh"]
        if !hasColor { environment["NO_COLOR"] = "1" }
        let wrong = try await command(
            "script",
            ["-qec", "'\(Repository.runner)' wrong.yaml", "/dev/null"],
            in: folder,
            environment: environment
        )
        #expect(wrong.text.contains("\u{1B}[") == hasColor, "\(wrong.text)")
        let run = try await command(
            "script",
            ["-qec", "'\(Repository.runner)' job.yaml", "/dev/null"],
            in: folder,
            environment: environment
        )
        #expect(run.status == 0, "\(run.text)")
        #expect(run.text.contains("of 3,000 records"), "\(run.text)")
        #expect(run.text.contains("\u{1B}[1m") == hasColor, "\(run.text)")
    }

    @Test func `--quiet says nothing but what goes wrong`() async throws {
        let folder = try TemporaryFolder()
        let good = try await runner("\(Repository.root)/jobs/loans.yaml", "--quiet", in: folder)
        #expect(good.status == 0)
        #expect(good.stderr.isEmpty, "\(good.stderr)")
        let bad = try await runner("\(Repository.root)/jobs/loans.yaml", "-q", "-o", "/dev/null/x", in: folder)
        #expect(bad.status == 73)
        #expect(bad.stderr.contains("error"), "\(bad.stderr)")
    }
}
