import Foundation

/// Where the sources, the shipped jobs and the built binary are.
enum Repository {
    /// The repository's root: `RUNNER_REPOSITORY`, else the folder that holds `Tests`.
    static let root: String = {
        if let given = ProcessInfo.processInfo.environment["RUNNER_REPOSITORY"] { return given }
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url.path
    }()

    /// The command under test: `RUNNER_BINARY`, else the one that was built beside this test bundle, else a release or
    /// debug build of the repository.
    static let runner: String = {
        if let given = ProcessInfo.processInfo.environment["RUNNER_BINARY"] { return given }
        // The bundle is either the process itself or an argument of the toolchain's helper that loads it.
        let beside = CommandLine.arguments.filter { $0.hasSuffix(".xctest") }
            .map { URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent("runner").path }
        let candidates = beside + ["\(root)/.build/release/runner", "\(root)/.build/debug/runner"]
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? candidates[0]
    }()

    /// The files in a folder of the repository, by name.
    static func files(in folder: String, suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)").filter { $0.hasSuffix(suffix) }
            .sorted()
    }
}
