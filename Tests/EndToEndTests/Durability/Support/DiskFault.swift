/// A system call that fails, on the run's files alone.
struct DiskFault: Sendable, CustomStringConvertible {
    let call: String
    /// Which of them fails first, counted by thread.
    let first: Int
    /// `ENOSPC`, `EIO`.
    let error: String
    /// Whether all later ones fail too, as on a disk that stays full.
    let persists: Bool

    var description: String { "\(call) \(first)\(persists ? "+" : "") is \(error)" }

    /// One or two of them, one after the other.
    static func random(seed: Int, _ counts: SystemCallCounts) -> [DiskFault] {
        var random = SplitMix(seed: seed)
        return (0..<Int.random(in: 1...2, using: &random)).map { _ in
            let names = ["write", "write", "fdatasync", "fdatasync", "fsync", "rename"].flatMap(
                SystemCallCounts.aliases
            )
            .filter { counts.most[$0] != nil }
            let name = names.randomElement(using: &random) ?? "fsync"
            return DiskFault(
                call: name,
                first: Int.random(in: 1...max((counts.most[name] ?? 1) / 2, 1), using: &random),
                error: ["ENOSPC", "EIO"].randomElement(using: &random) ?? "EIO",
                persists: Bool.random(using: &random)
            )
        }
    }

    /// The command that runs `runner` with it.
    ///
    /// - Parameter results: the run that is gone on with. Sockets are written to as well, so without it a `write` can't
    ///   be told from those, and the first `fdatasync` stands in for it.
    func command(_ arguments: [String], _ results: RunResults?) -> (executable: String, arguments: [String]) {
        var call = call
        var paths: [String] = []
        if call == "write" {
            if let results {
                let names = ["journal.ndjson", "repayments.ndjson.partial", "loans.ndjson.partial"]
                paths = names.flatMap { ["-P", results.folder("\(results.path)/\($0)")] }
            } else {
                call = "fdatasync"
            }
        }
        let when = "\(first)\(persists ? "+" : "")"
        return (
            "strace",
            ["-f", "-o", "/dev/null"] + paths
                + ["-e", "trace=\(call)", "-e", "inject=\(call):error=\(error):when=\(when)", Repository.runner]
                + arguments
        )
    }
}
