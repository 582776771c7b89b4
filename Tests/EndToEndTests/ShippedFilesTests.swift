import Foundation
import Testing

/// Every job and example that is shipped runs as its header says.
///
/// A header's lines `#   runner …` are the commands; without any, it is `runner FILE`. A header that says
/// `ends with status N` expects that status of its commands, and one that says `plan only` is not run.
@Suite(.paced) struct ShippedFilesTests {
    static let shipped: [String] = ["jobs", "examples"].flatMap { folder in
        ((try? Repository.files(in: folder, suffix: ".yaml")) ?? []).map { "\(folder)/\($0)" }
    }

    @Test func `jobs are shipped`() {
        #expect(Self.shipped.filter { $0.hasPrefix("jobs/") }.count >= 5)
    }

    @Test(arguments: shipped) func `a shipped file runs`(_ file: String) async throws {
        let folder = try TemporaryFolder()
        for name in ["jobs", "examples"] where FileManager.default.fileExists(atPath: "\(Repository.root)/\(name)") {
            try FileManager.default.createSymbolicLink(
                atPath: folder(name),
                withDestinationPath: "\(Repository.root)/\(name)"
            )
        }
        try FileManager.default.createDirectory(atPath: folder("bin"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: folder("bin/runner"),
            withDestinationPath: Repository.runner
        )
        let header = try Self.header(of: file)
        let expected = Self.status(in: header)
        for line in Self.commands(in: header, of: file) {
            let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
            let run = try await command(
                "sh",
                ["-c", line],
                in: folder,
                environment: ["PATH": "\(folder("bin")):\(path)"]
            )
            #expect(run.status == expected, "\(line)\n\(run.stderr)")
            if line.hasPrefix("runner \(file)") { #expect(!header.contains { $0.contains("plan only") }) }
        }
        for job in (try? FileManager.default.contentsOfDirectory(atPath: folder("results"))) ?? [] {
            try await RunResults(job: job, in: folder).expectWhole()
        }
    }

    private static func header(of file: String) throws -> [Substring] {
        try String(contentsOfFile: "\(Repository.root)/\(file)", encoding: .utf8).split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        .prefix { $0.hasPrefix("#") }
    }

    private static func status(in header: [Substring]) -> Int32 {
        let text = header.joined(separator: "\n")
        guard let match = text.firstMatch(of: /ends with status (\d+)/) else { return 0 }
        return Int32(match.1) ?? 0
    }

    /// The commands that need nobody's credentials and no program that may be missing here.
    private static func commands(in header: [Substring], of file: String) -> [String] {
        let written = header.compactMap { line -> String? in
            guard let match = line.firstMatch(of: /^#\s+((?:[A-Z_]+=\S+ )*runner .*)$/) else { return nil }
            // What follows a wide gap explains the command.
            return String(match.1.split(separator: /\s{2,}/).first ?? match.1)
        }
        .filter { !$0.contains("kiva-") && !$0.contains("runner sandbox") && (!$0.contains("jq") || hasJQ) }
        guard written.isEmpty else { return written }
        let isPlanOnly = header.contains { $0.contains("plan only") }
        return [isPlanOnly ? "runner plan \(file)" : "runner \(file)"]
    }

    private static let hasJQ = Executable.path(of: "jq") != nil
}
