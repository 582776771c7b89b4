import Foundation
import Glibc
import Synchronization

/// How a process ended, and what it said.
struct FinishedProcess: Sendable {
    /// The exit status; 128 and the signal's number for a process that a signal ended, as in a shell.
    let status: Int32
    /// The signal that ended it, if one did.
    let signal: Int32?
    let stdout: Data
    let stderr: String
    /// From start to end.
    let duration: Duration
    /// The largest resident set that was seen while it ran, in KiB. 0 where it ended too soon to be seen.
    let peakMemory: Int
    /// Whether it had to be killed because it took too long.
    let timedOut: Bool

    /// Standard output as text.
    var text: String { String(decoding: stdout, as: UTF8.self) }
}

/// A process that may still run: its output goes to files, so it never waits for its reader.
final class RunningProcess: Sendable {
    /// What is started: by default with no environment but a `HOME` of its own and the system's `PATH`.
    struct Command: Sendable {
        var executable: String
        var arguments: [String]
        /// Where it runs, and where its `HOME` is.
        var folder: TemporaryFolder
        /// Added to the clean environment.
        var environment: [String: String] = [:]
        /// What it reads; an empty file if not set.
        var standardInput: Data?
    }

    /// The process's id.
    let pid: pid_t
    private let process: Mutex<Process>
    private let started = ContinuousClock.now
    private let outputs: TemporaryFolder
    private let peak = Mutex(0)

    /// Starts a command.
    init(_ command: Command) throws {
        outputs = try TemporaryFolder()
        for name in ["stdout", "stderr"] { try outputs.write("", to: name) }
        try outputs.write(command.standardInput ?? Data(), to: "stdin")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command.executable)
        process.arguments = command.arguments
        process.currentDirectoryURL = URL(fileURLWithPath: command.folder.path)
        let clean = [
            "HOME": command.folder.path,
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
        ]
        process.environment = clean.merging(command.environment) { $1 }
        let standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: outputs("stdin")))
        let standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: outputs("stdout")))
        let standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: outputs("stderr")))
        // The child has its own: a long series would run out of descriptors.
        defer { for handle in [standardInput, standardOutput, standardError] { try? handle.close() } }
        process.standardInput = standardInput
        process.standardOutput = standardOutput
        process.standardError = standardError
        try process.run()
        pid = process.processIdentifier
        self.process = Mutex(process)
    }

    deinit {
        if isRunning { kill(pid, SIGKILL) }
    }

    /// Whether it has not ended yet.
    var isRunning: Bool { process.withLock { $0.isRunning } }

    /// What it has said so far.
    var standardOutput: String { (try? outputs.read("stdout")).map { String(decoding: $0, as: UTF8.self) } ?? "" }

    /// What it has complained about so far.
    var standardError: String { (try? outputs.read("stderr")).map { String(decoding: $0, as: UTF8.self) } ?? "" }

    /// Sends it a signal, if it still runs.
    func send(_ signal: Int32) {
        if isRunning { kill(pid, signal) }
    }

    /// Waits for its end; past the timeout it is killed.
    func end(within timeout: Duration = .seconds(60)) async throws -> FinishedProcess {
        let ended = try await poll(for: timeout) { !self.isRunning }
        if !ended {
            send(SIGTERM)
            if try await !poll(for: .seconds(2), { !self.isRunning }) { send(SIGKILL) }
            _ = try await poll(for: .seconds(5)) { !self.isRunning }
        }
        let duration = ContinuousClock.now - started
        let (code, reason) = process.withLock { ($0.terminationStatus, $0.terminationReason) }
        let signalled = reason == .uncaughtSignal
        return FinishedProcess(
            status: signalled ? 128 + code : code,
            signal: signalled ? code : nil,
            stdout: try outputs.read("stdout"),
            stderr: standardError,
            duration: duration,
            peakMemory: peak.withLock { $0 },
            timedOut: !ended
        )
    }

    /// Waits until something is so, while the process runs or after; false past the deadline.
    func poll(for timeout: Duration, _ condition: @Sendable () throws -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now + timeout
        while true {
            noteMemory()
            if try condition() { return true }
            if ContinuousClock.now > deadline { return false }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func noteMemory() {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let number = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int($0) })
        else { return }
        peak.withLock { $0 = max($0, number) }
    }
}
