import Foundation
import Glibc

/// A server of `Tests/IndependentServers`, which says where it listens in the first line on its standard output.
final class IndependentServer: Sendable {
    /// The first line.
    struct Announcement: Decodable, Sendable {
        let baseURL: String
        let tokenURL: String?

        private enum CodingKeys: String, CodingKey {
            case baseURL = "base_url"
            case tokenURL = "token_url"
        }
    }

    /// It did not come up.
    struct Failed: Error { let message: String }

    let announcement: Announcement
    /// Where it runs: it has to stay for as long.
    private let folder: TemporaryFolder
    private let process: RunningProcess

    /// Starts a script and waits for its announcement.
    init(_ script: String, _ arguments: String...) async throws {
        folder = try TemporaryFolder()
        let process = try start(
            Requirement.python,
            ["\(Repository.root)/Tests/IndependentServers/\(script)"] + arguments,
            in: folder,
            // Authlib refuses plain http otherwise.
            environment: ["AUTHLIB_INSECURE_TRANSPORT": "1"]
        )
        self.process = process
        let ready = try await process.poll(for: .seconds(30)) {
            process.standardOutput.contains("\n") || !process.isRunning
        }
        guard ready, process.isRunning else { throw Failed(message: process.standardError) }
        let line = process.standardOutput.prefix { $0 != "\n" }
        announcement = try JSONDecoder().decode(Announcement.self, from: Data(line.utf8))
    }

    deinit { process.send(SIGKILL) }

    /// What the server complained about.
    var errors: String { process.standardError }

    /// Fetches something from the server itself, past the command under test.
    func get(_ path: String) async throws -> Data {
        let folder = try TemporaryFolder()
        return try await command("curl", ["-sS", announcement.baseURL + path], in: folder).stdout
    }
}
