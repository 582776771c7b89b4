import Foundation

/// Which points the kill tests go through.
///
/// - `RUNNER_KILL_POINTS`: how many for each scenario; 200 is what a release is tested with.
/// - `RUNNER_KILL_SEED`: where the seeds begin; a failed point's seed is the argument of its test case.
enum KillPoints {
    /// As many seeds as were asked for, else `usual`.
    static func seeds(usual: Int) -> [Int] {
        let first = number("RUNNER_KILL_SEED") ?? 1
        return Array(first..<(first + (number("RUNNER_KILL_POINTS") ?? usual)))
    }

    /// One to three deaths, one after the other, each at a point that the seed decides.
    static func deaths(seed: Int, _ counts: SystemCallCounts) -> [Death] {
        var random = SplitMix(seed: seed)
        let number = [1, 1, 2, 3].randomElement(using: &random) ?? 1
        return (0..<number).map { _ in .random(counts, &random) }
    }

    private static func number(_ variable: String) -> Int? {
        ProcessInfo.processInfo.environment[variable].flatMap { Int($0) }
    }
}

/// Where a process is killed, without a chance to do anything about it.
enum Death: Sendable, CustomStringConvertible {
    /// As one of its threads is about to make its nth call of that name.
    case atCall(String, Int)
    /// So many milliseconds after its start.
    case after(Int)

    /// Nine in ten at a call: those that change what is on the disk or on the wire more often than others.
    static func random(_ counts: SystemCallCounts, _ random: inout SplitMix) -> Death {
        let names = ["write", "write", "write", "fdatasync", "fdatasync", "fsync", "rename", "read", "epoll_wait"]
            .flatMap(SystemCallCounts.aliases)
            .filter { counts.most[$0] != nil }
        guard Int.random(in: 0..<10, using: &random) > 0, let name = names.randomElement(using: &random) else {
            return .after(Int.random(in: 5...counts.milliseconds, using: &random))
        }
        return .atCall(name, Int.random(in: 1...max(counts.most[name] ?? 1, 1), using: &random))
    }

    /// The command that runs `runner` up to this death.
    func command(_ arguments: [String]) -> (executable: String, arguments: [String]) {
        switch self {
        case .after: (Repository.runner, arguments)
        case .atCall(let name, let count):
            (
                "strace",
                ["-f", "-o", "/dev/null", "-e", "trace=\(name)"]
                    + ["-e", "inject=\(name):signal=SIGKILL:when=\(count)", Repository.runner] + arguments
            )
        }
    }

    var description: String {
        switch self {
        case .atCall(let name, let count): "\(name) \(count)"
        case .after(let milliseconds): "\(milliseconds) ms"
        }
    }
}

/// How often the busiest thread of an undisturbed run makes each system call: beyond that no death can be.
struct SystemCallCounts: Sendable {
    /// By name; a call that is never made is not there.
    private(set) var most: [String: Int] = [:]
    /// How long the run took.
    let milliseconds: Int

    /// The names that a call may have on different machines.
    static func aliases(_ name: String) -> [String] {
        switch name {
        case "rename": ["rename", "renameat", "renameat2"]
        case "epoll_wait": ["epoll_wait", "epoll_pwait"]
        default: [name]
        }
    }

    /// Counts from what `strace -f` wrote.
    init(trace: String, milliseconds: Int) {
        self.milliseconds = milliseconds
        var counts: [Substring: [Substring: Int]] = [:]
        for line in trace.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2, let name = words[1].split(separator: "(").first, name.first?.isLetter == true else {
                continue
            }
            counts[name.drop { $0 == " " }, default: [:]][words[0], default: 0] += 1
        }
        for (name, threads) in counts { most[String(name)] = threads.values.max() }
    }
}
