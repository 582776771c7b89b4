import Foundation
import Testing

/// No secret and no token in any output, log or file, in no encoding, however a run ends.
@Suite(.paced) struct SecrecyTests {
    private static let clientID = "client+id/of:partner&77"
    private static let clientSecret = #"s3cr3t/+=&%"\é✓ zQ9vK7"#

    /// How the credentials reach the command.
    enum Way: String, CaseIterable {
        case variable, file, credentialsDirectory
    }

    /// Servers that let runs end well and badly.
    static let endings: [(name: String, faults: String, extra: String, status: Int32)] = [
        ("done", "", "", 0),
        ("with basic authentication", "", "client_auth: basic", 0),
        ("with retries and renewals", "mixed:10%; GET /loans #2 = expire-token; retry-after=0", "", 0),
        ("the API fails for good", "GET /loans #* = 500", Jobs.impatient, 69),
        ("the API refuses", "GET /loans #* = 403", "", 77),
        ("the answer is broken", "GET /loans #* = invalid-json", Jobs.impatient, 76),
        ("no token", "POST /oauth/token #* = 500", Jobs.impatient, 69),
    ]

    @Test(arguments: endings.indices, Way.allCases)
    func `nothing leaks`(_ index: Int, _ way: Way) async throws {
        let (name, faults, extra, status) = Self.endings[index]
        let folder = try TemporaryFolder()
        let sandbox = try await SandboxProcess(
            "--client-id",
            Self.clientID,
            "--client-secret",
            Self.clientSecret,
            "--faults",
            faults
        )
        let relay = try await PythonServer(relayTo: sandbox.port)
        let environment = try Self.give(way, in: folder)
        let patient = extra.contains("retry") ? extra : "\(extra)\nretry: { initial_backoff: 10ms, max_backoff: 20ms }"
        try folder.write(Jobs.loans(relay.environment(extra: patient)), to: "work/job.yaml")
        let place = try TemporaryFolder()
        let run = try await runner(folder("work/job.yaml"), in: place, environment: environment)
        #expect(run.status == status, "\(name): \(run.stderr)")
        let tokens = relay.seen.matches(of: /"access_token": ?"([^"]+)"/).map { String($0.1) }
        #expect(tokens.isEmpty == (name == "no token"), "\(name): the relay saw no token")
        let secrets = [Self.clientID, Self.clientSecret] + tokens
        let needles = secrets.flatMap(Encodings.all)
        var haystacks = [("stdout", run.stdout), ("stderr", Data(run.stderr.utf8))]
        haystacks += try place.files().map { ($0, try place.read($0)) }
        #expect(haystacks.count > 3)
        for (file, data) in haystacks {
            for needle in needles where data.range(of: Data(needle.utf8)) != nil {
                Issue.record("\(name), \(way): \(file) holds \(needle)")
            }
        }
    }

    private static func give(_ way: Way, in folder: TemporaryFolder) throws -> [String: String] {
        switch way {
        case .variable: return ["TEST_CLIENT_ID": clientID, "TEST_CLIENT_SECRET": clientSecret]
        case .file:
            return [
                "TEST_CLIENT_ID_FILE": try folder.write(clientID + "\n", to: "id"),
                "TEST_CLIENT_SECRET_FILE": try folder.write(clientSecret + "\n", to: "secret"),
            ]
        case .credentialsDirectory:
            try folder.write(clientID, to: "credentials/TEST_CLIENT_ID")
            try folder.write(clientSecret, to: "credentials/TEST_CLIENT_SECRET")
            return ["CREDENTIALS_DIRECTORY": folder("credentials")]
        }
    }

    @Test func `a server that echoes the token and the secret does not make them public`() async throws {
        let folder = try TemporaryFolder()
        let secret = Jobs.credentials["TEST_CLIENT_SECRET"] ?? ""
        let echoes = [PythonServer.token, secret].flatMap(Encodings.all)
        let said = [PythonServer.token, secret].flatMap(Encodings.embedded)
        let body = try JSONSerialization.data(withJSONObject: ["message": said.joined(separator: " ")])
        let answer = PythonServer.Answer.json(String(decoding: body, as: UTF8.self), status: 400)
        let api = try await PythonServer(answers: ["/v3/partner/1/loans": [answer]])
        try folder.write(Jobs.loans(api.environment(), step: "on_error: continue"), to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: Jobs.credentials)
        #expect(run.status == 1, "\(run.stderr)")
        #expect(run.stderr.contains("•••"), "\(run.stderr)")
        var haystacks = [("stderr", run.stderr)]
        haystacks += try folder.files().filter { $0.hasPrefix("results") }
            .map { ($0, String(decoding: try folder.read($0), as: UTF8.self)) }
        for (file, text) in haystacks {
            for echo in echoes where text.contains(echo) { Issue.record("\(file) holds \(echo)") }
        }
    }

    /// Half a secret is masked too: where a message is cut to its length, and where the answer was cut when it arrived.
    @Test(arguments: ["GET", "POST"])
    func `what an API echoes across a cut does not come out in part`(_ method: String) async throws {
        let folder = try TemporaryFolder()
        let secrets = [PythonServer.token, Jobs.credentials["TEST_CLIENT_SECRET"] ?? ""]
        var answers: [PythonServer.Answer] = []
        // The refusal of a write is kept as it came, and an escape of an escape is not looked for.
        for echo in secrets.flatMap(Encodings.embedded) where !echo.contains("\\") {
            for shown in [12, echo.count - 1] {
                let message = String(repeating: "y", count: 293 - shown) + "Bearer \(echo)"
                let body = try JSONSerialization.data(withJSONObject: ["message": message])
                answers.append(.json(String(decoding: body, as: UTF8.self), status: 400))
                // Nothing but white space before it, so that what is left of it is shown.
                let space = String(repeating: " ", count: (16 << 10) - shown)
                answers.append(PythonServer.Answer(status: 400, body: space + echo + " and more"))
            }
        }
        let paths = answers.indices.map { "/echo/\($0)" }
        let api = try await PythonServer(answers: Dictionary(uniqueKeysWithValues: zip(paths, answers.map { [$0] })))
        let steps = """
            - id: echoes
              scopes: [any]
              for_each: [\(answers.indices.map(String.init).joined(separator: ", "))]
              on_error: skip
              concurrency: 4
              request: { method: \(method), path: "/echo/${{ item }}" }
            """
        try folder.write(Jobs.steps(api.environment(extra: "scopes: { any: {} }"), steps), to: "job.yaml")
        let run = try await runner("job.yaml", in: folder, environment: Jobs.credentials)
        #expect(run.status == 1, "\(run.stderr)")
        #expect(run.stderr.ranges(of: "•••").count >= answers.count, "\(run.stderr)")
        var haystacks = [("stderr", run.stderr)]
        haystacks += try folder.files().filter { $0.hasPrefix("results") }
            .map { ($0, String(decoding: try folder.read($0), as: UTF8.self)) }
        #expect(haystacks.contains { $0.0.hasSuffix("echoes.rejects.ndjson") } == (method == "POST"))
        let needles = secrets.map { String($0.prefix(9)) }.flatMap(Encodings.all)
        for (file, text) in haystacks {
            for needle in needles where text.contains(needle) { Issue.record("\(file) holds \(needle)") }
        }
    }

    @Test func `a secret in a URL, a header or a body is masked in what is said about them`() async throws {
        let folder = try TemporaryFolder()
        let secret = "k3y/with+odd &chars=42"
        let api = try await PythonServer(answers: ["/items": [.json(#"{"message":"no"}"#, status: 400)]])
        let steps = """
            - id: items
              scopes: [any]
              request:
                method: POST
                path: /items
                params: { key: "${{ secrets.KEY }}" }
                headers: { X-Key: "${{ secrets.KEY }}" }
                json: { key: "${{ secrets.KEY }}" }
            """
        try folder.write(Jobs.steps(api.environment(extra: "scopes: { any: {} }"), steps), to: "job.yaml")
        let environment = Jobs.credentials.merging(["KEY": secret]) { $1 }
        let run = try await runner("job.yaml", in: folder, environment: environment)
        #expect(run.status == 1, "\(run.stderr)")
        #expect(api.seen.contains("/items?key=k3y"), "\(api.seen)")
        #expect(run.stderr.contains("/items?key=•••"), "\(run.stderr)")
        var haystacks = [("stderr", run.stderr)]
        haystacks += try folder.files().map { ($0, String(decoding: try folder.read($0), as: UTF8.self)) }
        for (file, text) in haystacks {
            for needle in Encodings.all(secret) where text.contains(needle) { Issue.record("\(file) holds \(needle)") }
        }
    }

    @Test func `a proxy's password is masked`() async throws {
        let folder = try TemporaryFolder()
        let environment = SandboxProcess.environment(
            tokenURL: "https://auth.example.invalid/token",
            baseURL: "https://api.example.invalid",
            extra: Jobs.impatient
        )
        try folder.write(Jobs.loans(environment), to: "job.yaml")
        let proxy = ["https_proxy": "http://someone:pr0xy-passw0rd@127.0.0.1:9"]
        let run = try await runner("job.yaml", in: folder, environment: Jobs.credentials.merging(proxy) { $1 })
        #expect(run.status == 69, "\(run.stderr)")
        var haystacks = [("stderr", run.stderr)]
        haystacks += try folder.files().map { ($0, String(decoding: try folder.read($0), as: UTF8.self)) }
        for (file, text) in haystacks {
            for needle in Encodings.all("pr0xy-passw0rd") where text.contains(needle) {
                Issue.record("\(file) holds \(needle)")
            }
        }
    }

    @Test func `a run's folders and files are for their owner alone`() async throws {
        let folder = try TemporaryFolder()
        let script = "umask 000; exec \"$0\" \"$1\""
        let arguments = ["-c", script, Repository.runner, "\(Repository.root)/jobs/nightly.yaml"]
        let run = try await command("sh", arguments, in: folder)
        #expect(run.status == 0, "\(run.stderr)")
        let walk = try #require(FileManager.default.enumerator(atPath: folder("results")))
        for case let name as String in walk {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder("results/\(name)"))
            let type = attributes[.type] as? FileAttributeType
            guard type != .typeSymbolicLink else { continue }
            let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue
            #expect(mode == (type == .typeDirectory ? 0o700 : 0o600), "\(name)")
        }
    }

    @Test func `a literal secret in a job is an error that does not repeat it`() async throws {
        let folder = try TemporaryFolder()
        let sandbox = SandboxProcess.environment(
            tokenURL: "https://auth.example.org/token",
            baseURL: "https://api.example.org"
        )
        let job = Jobs.loans(sandbox).replacing("${{ secrets.TEST_CLIENT_SECRET }}", with: "hunter2-hunter2")
        try folder.write(job, to: "job.yaml")
        for arguments in [["job.yaml"], ["plan", "job.yaml"], ["validate", "job.yaml"]] {
            let run = try await command(Repository.runner, arguments, in: folder)
            #expect(run.status == 65, "\(run.stderr)")
            #expect(!run.stderr.contains("hunter2"), "\(run.stderr)")
            #expect(run.stderr.contains("secrets."), "\(run.stderr)")
        }
    }
}
