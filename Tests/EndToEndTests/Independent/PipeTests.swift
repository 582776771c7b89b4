import Foundation
import Testing

/// `--stdout` and the programs that people put behind it.
@Suite(.paced, .needsNginx) struct PipeTests {
    private static let page = 20_000

    /// The job over one large page, in a folder of its own.
    private static func job() async throws -> (nginx: Nginx, folder: TemporaryFolder) {
        let folder = try TemporaryFolder()
        try folder.write(Items.page(0..<page), to: "www/items.json")
        let nginx = try await Nginx("location = /items { try_files /items.json =404; }", in: folder)
        try folder.write(nginx.job(), to: "items.yaml")
        return (nginx, folder)
    }

    /// Runs a pipeline; the status is the last program's, that of the command is on the last line of `stderr`.
    private static func shell(_ pipeline: String, in folder: TemporaryFolder) async throws -> FinishedProcess {
        let environment = Nginx.credentials.merging(["RUNNER": Repository.runner]) { $1 }
        let command = #"("$RUNNER" run items.yaml --quiet --stdout items; echo "status $?" >&2) | "# + pipeline
        return try await EndToEndTests.command("sh", ["-c", command], in: folder, environment: environment)
    }

    @Test(.needs("jq")) func `jq reads every record`() async throws {
        let (nginx, folder) = try await Self.job()
        let run = try await Self.shell("jq -s 'length, (map(.id) | unique | length), .[7].price'", in: folder)
        withExtendedLifetime(nginx) {}
        #expect(run.stderr == "status 0\n")
        // jq keeps the last of the two ids.
        #expect(run.text.split(separator: "\n").prefix(2) == ["\(Self.page)", "1"], "\(run.text)")
    }

    @Test func `what goes to standard output is what goes to the file`() async throws {
        let (nginx, folder) = try await Self.job()
        let run = try await Self.shell("cat", in: folder)
        withExtendedLifetime(nginx) {}
        #expect(run.stderr == "status 0\n")
        #expect(try run.stdout == RunResults(job: "items", in: folder).data("items.ndjson"))
    }

    @Test func `a reader that has enough ends the run quietly`() async throws {
        let (nginx, folder) = try await Self.job()
        let run = try await Self.shell("head -n 2", in: folder)
        withExtendedLifetime(nginx) {}
        #expect(run.text == Items.lines(0..<2).map { $0 + "\n" }.joined())
        #expect(run.stderr == "status 0\n", "\(run.stderr)")
        #expect(run.duration < .seconds(20))
    }

    @Test func `a reader that never reads ends the run quietly`() async throws {
        let (nginx, folder) = try await Self.job()
        let run = try await Self.shell("true", in: folder)
        withExtendedLifetime(nginx) {}
        #expect(run.stderr == "status 0\n", "\(run.stderr)")
    }

    @Test func `a slow reader holds the run back, and gets everything`() async throws {
        let (nginx, folder) = try await Self.job()
        let run = try await Self.shell("(sleep 1; cat) | wc -l", in: folder)
        withExtendedLifetime(nginx) {}
        #expect(run.stderr == "status 0\n", "\(run.stderr)")
        #expect(run.text.trimmingCharacters(in: .whitespacesAndNewlines) == "\(Self.page)")
    }

    @Test func `a full standard output is an error, not a truncated result`() async throws {
        let (nginx, folder) = try await Self.job()
        let command = #""$RUNNER" run items.yaml --quiet --stdout items > /dev/full"#
        let environment = Nginx.credentials.merging(["RUNNER": Repository.runner]) { $1 }
        let full = try await EndToEndTests.command("sh", ["-c", command], in: folder, environment: environment)
        withExtendedLifetime(nginx) {}
        #expect(full.status == 74, "\(full.stderr)")
        #expect(full.stderr.contains("stdout"), "\(full.stderr)")
    }
}
