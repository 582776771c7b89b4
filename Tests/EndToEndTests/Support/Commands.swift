import Foundation

/// Runs `runner` with these arguments in a folder, to its end.
func runner(
    _ arguments: String...,
    in folder: TemporaryFolder,
    environment: [String: String] = [:],
    standardInput: Data? = nil,
    within timeout: Duration = .seconds(60)
) async throws -> FinishedProcess {
    try await command(
        Repository.runner,
        arguments,
        in: folder,
        environment: environment,
        standardInput: standardInput,
        within: timeout
    )
}

/// Runs any command, by its absolute path or its name, to its end.
func command(
    _ executable: String,
    _ arguments: [String],
    in folder: TemporaryFolder,
    environment: [String: String] = [:],
    standardInput: Data? = nil,
    within timeout: Duration = .seconds(60)
) async throws -> FinishedProcess {
    let process = try start(
        executable,
        arguments,
        in: folder,
        environment: environment,
        standardInput: standardInput
    )
    return try await process.end(within: timeout)
}

/// Starts `runner` and leaves it running.
func startRunner(
    _ arguments: String...,
    in folder: TemporaryFolder,
    environment: [String: String] = [:]
) throws -> RunningProcess {
    try start(Repository.runner, arguments, in: folder, environment: environment)
}

/// Starts any command, by its absolute path or its name, and leaves it running.
func start(
    _ executable: String,
    _ arguments: [String],
    in folder: TemporaryFolder,
    environment: [String: String] = [:],
    standardInput: Data? = nil
) throws -> RunningProcess {
    guard let path = Executable.path(of: executable) else { throw Executable.Missing(name: executable) }
    return try RunningProcess(
        RunningProcess.Command(
            executable: path,
            arguments: arguments,
            folder: folder,
            environment: environment,
            standardInput: standardInput
        )
    )
}

/// Programs that tests need beside the command.
enum Executable {
    /// A program that is not installed.
    struct Missing: Error { let name: String }

    /// A program's path, found as a shell would.
    static func path(of name: String) -> String? {
        if name.contains("/") { return name }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        return (folders + ["/usr/sbin", "/sbin"]).map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
