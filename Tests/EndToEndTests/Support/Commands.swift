import Foundation

/// At most a few commands run to their end at the same time, so that timeouts mean something on a small machine.
actor ProcessSlots {
    static let shared = ProcessSlots(3)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    /// Waits for a slot, runs `body`, and gives the slot back.
    func withSlot<Value: Sendable>(_ body: @Sendable () async throws -> Value) async rethrows -> Value {
        if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
        defer { if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() } }
        return try await body()
    }
}

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
    try await ProcessSlots.shared.withSlot {
        let process = try start(
            executable,
            arguments,
            in: folder,
            environment: environment,
            standardInput: standardInput
        )
        return try await process.end(within: timeout)
    }
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
