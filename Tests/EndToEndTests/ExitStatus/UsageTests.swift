import Foundation
import Testing

/// 64, 65, 66: the command line, the job file, its inputs.
@Suite(.paced) struct UsageTests {
    static let mistakes: [(arguments: [String], says: String)] = [
        ([], "<job>"),
        (["run"], "<job>"),
        (["job.yaml", "--nonsense"], "--nonsense"),
        (["job.yaml", "--var", "novalue"], "NAME=VALUE"),
        (["job.yaml", "--var", "=x"], "NAME=VALUE"),
        (["job.yaml", "--as-of", "yesterday"], "as-of"),
        (["job.yaml", "--stdout", "themse"], "themes"),
        (["plan", "job.yaml", "--format", "xml"], "json"),
        (["validate"], "<files>"),
        (["sandbox", "--port", "70000"], "0 to 65535"),
        (["sandbox", "--faults", "sometimes"], "sometimes"),
        (["sandbox", "--certificate", "c.pem"], "--key"),
        (["sandbox", "--loans", "-1"], "loans"),
        (["sandbox", "--token-ttl", "soon"], "soon"),
        (["resolve", "a#1", "--done"], "--last JOB"),
        (["resolve", "--last", "job", "run", "a#1", "--done"], "--last JOB"),
        (["resolve", "--last", "job", "a#1"], "--not-done"),
    ]

    @Test(arguments: mistakes.indices) func `a wrong command line is 64`(_ index: Int) async throws {
        let (arguments, says) = Self.mistakes[index]
        let folder = try TemporaryFolder()
        try folder.write(Self.themes, to: "job.yaml")
        let run = try await command(Repository.runner, arguments, in: folder, within: .seconds(10))
        #expect(run.status == 64, "\(arguments): \(run.stderr)")
        #expect(run.stderr.contains(says), "\(arguments): \(run.stderr)")
        #expect(!folder.has("results"))
    }

    private static let themes = """
        name: job
        environment: sandbox
        steps:
          - id: themes
            request: { path: "/v3/partner/${{ token.partnerId }}/config/themes" }
            data_selector: $.themes[*]
        """

    @Test func `a job with mistakes is 65 and shows each with its place`() async throws {
        let folder = try TemporaryFolder()
        let job = """
            name: job
            environment: sandbx
            steps:
              - id: loans
                scopes: [read:laons]
                requst: { path: "/v3/partner/${{ token.partnerId }}/loans" }
            """
        try folder.write(job, to: "job.yaml")
        for arguments in [["job.yaml"], ["plan", "job.yaml"], ["validate", "job.yaml"]] {
            let run = try await command(Repository.runner, arguments, in: folder)
            #expect(run.status == 65, "\(run.stderr)")
            #expect(run.stderr.contains("job.yaml:6:5"), "\(run.stderr)")
            #expect(run.stderr.contains("requst: { path"), "\(run.stderr)")
            #expect(run.stderr.contains("^"), "\(run.stderr)")
            #expect(run.stderr.contains("did you mean `request`"), "\(run.stderr)")
        }
        #expect(!folder.has("results"))
    }

    @Test func `an environment that is asked for and one that the job names may both be misspelled`() async throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.themes.replacing("environment: sandbox", with: "environment: sandbax"), to: "job.yaml")
        let run = try await runner("job.yaml", "--environment", "kiva-stge", in: folder)
        #expect(run.status == 65, "\(run.stderr)")
        for text in ["`sandbax`", "job.yaml:2:", "`kiva-stge`", "did you mean `kiva-stage`"] {
            #expect(run.stderr.contains(text), "\(text) in \(run.stderr)")
        }
    }

    @Test(arguments: ["../../escape", "/tmp/escape", "..", ".", "a/b", ".hidden", "a\\0b", "latest\\n"])
    func `names that would leave the run's folder are 65`(_ name: String) async throws {
        let folder = try TemporaryFolder()
        for from in ["name: job", "id: themes"] {
            let key = from.prefix { $0 != " " }
            try folder.write(Self.themes.replacing(from, with: "\(key) \"\(name)\""), to: "job.yaml")
            let run = try await runner("job.yaml", "-o", "out", in: folder)
            #expect(run.status == 65, "\(from): \(run.stderr)")
            #expect(folder.files() == ["job.yaml"])
        }
    }

    @Test(arguments: ["absent.yaml", "folder", "absent/absent.yaml"])
    func `a job file that is not there is 66`(_ name: String) async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder("folder"), withIntermediateDirectories: false)
        for arguments in [[name], ["plan", name], ["validate", name]] {
            let run = try await command(Repository.runner, arguments, in: folder)
            #expect(run.status == 66, "\(arguments): \(run.stderr)")
            #expect(run.stderr.contains(name), "\(run.stderr)")
        }
    }

    @Test func `a file of environments that is not there is 66, and one with mistakes 65`() async throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.themes, to: "job.yaml")
        try folder.write("environments: { x: { extends: kiva-stge } }", to: "wrong.yaml")
        let absent = try await runner("job.yaml", "--environments", "absent.yaml", in: folder)
        #expect(absent.status == 66, "\(absent.stderr)")
        let wrong = try await runner("job.yaml", "--environments", "wrong.yaml", in: folder)
        #expect(wrong.status == 65, "\(wrong.stderr)")
        #expect(wrong.stderr.contains("wrong.yaml:1:"), "\(wrong.stderr)")
        #expect(wrong.stderr.contains("kiva-stage"), "\(wrong.stderr)")
    }
}
