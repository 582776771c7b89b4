import Foundation
import Glibc

/// `runner sandbox` in a process of its own, on a free port.
final class SandboxProcess: Sendable {
    /// The first line on its standard output.
    struct Announcement: Decodable, Sendable {
        let tokenURL: String
        let audience: String
        let baseURL: String
        let clientID: String
        let clientSecret: String
        let partnerID: String

        private enum CodingKeys: String, CodingKey {
            case audience
            case tokenURL = "token_url"
            case baseURL = "base_url"
            case clientID = "client_id"
            case clientSecret = "client_secret"
            case partnerID = "partner_id"
        }
    }

    /// It did not come up.
    struct Failed: Error { let message: String }

    let announcement: Announcement
    private let process: RunningProcess

    /// Starts it with these options and waits for its announcement.
    convenience init(_ options: String...) async throws {
        try await self.init(options: options)
    }

    /// Starts it with these options and waits for its announcement.
    init(options: [String]) async throws {
        process = try start(Repository.runner, ["sandbox"] + options, in: TemporaryFolder())
        let process = process
        let ready = try await process.poll(for: .seconds(20)) {
            process.standardOutput.contains("\n") || !process.isRunning
        }
        let line = process.standardOutput.prefix { $0 != "\n" }
        guard ready, process.isRunning else { throw Failed(message: process.standardError) }
        announcement = try JSONDecoder().decode(Announcement.self, from: Data(line.utf8))
    }

    deinit { process.send(SIGKILL) }

    /// The port in its base URL.
    var port: Int { URL(string: announcement.baseURL)?.port ?? 0 }

    /// Ends it as an operator would, and says how it went.
    @discardableResult
    func stop() async throws -> FinishedProcess {
        process.send(SIGTERM)
        return try await process.end(within: .seconds(10))
    }

    /// Ends it as a crash would.
    func kill() async throws {
        process.send(SIGKILL)
        _ = try await process.end(within: .seconds(10))
    }

    /// The variables that give a job its credentials, for ``environment(_:extra:)``.
    var credentials: [String: String] {
        ["TEST_CLIENT_ID": announcement.clientID, "TEST_CLIENT_SECRET": announcement.clientSecret]
    }

    /// An `environments:` entry that points at this sandbox; the credentials are secrets `TEST_CLIENT_ID` and `_SECRET`.
    ///
    /// - Parameter extra: more lines of the entry, not indented.
    func environment(_ name: String = "test", extra: String = "") -> String {
        Self.environment(
            name,
            tokenURL: announcement.tokenURL,
            baseURL: announcement.baseURL,
            audience: announcement.audience,
            extra: extra
        )
    }

    /// The same for any two URLs.
    static func environment(
        _ name: String = "test",
        tokenURL: String,
        baseURL: String,
        audience: String = "https://partner-api.sandbox.example",
        extra: String = ""
    ) -> String {
        let lines =
            [
                "extends: kiva-stage",
                "token_url: \(tokenURL)",
                "audience: \(audience)",
                "base_url: \(baseURL)",
                "client_id: ${{ secrets.TEST_CLIENT_ID }}",
                "client_secret: ${{ secrets.TEST_CLIENT_SECRET }}",
            ] + extra.split(separator: "\n").map(String.init)
        return "environments:\n  \(name):\n" + lines.map { "    \($0)\n" }.joined()
    }
}
