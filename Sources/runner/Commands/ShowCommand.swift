import ArgumentParser
import Diagnostics
import JobExecution
import JobResults
import JobSpec

/// `runner show RUN`.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one run: how it stands, what was refused, and every call whose outcome nobody knows.",
        discussion: """
            Items are counted from 1 in what is printed. In files their positions count from 0, and so does the call \
            in a key such as repayments#17.

              runner show --last repayments
              runner show 20261124T053703Z-3f9a1c
            """
    )

    @OptionGroup var reference: RunReference

    func run() async throws {
        let session = Session()
        let run = try await reference.find(session)
        try session.console.output(TextTable.render(Self.facts(run)))
        guard !run.unknown.isEmpty else { return }
        try session.console.output("\nNobody knows whether these calls took effect:\n")
        let header = ["STEP", "KEY", "ITEMS", "SENT AT", "WHY"]
        try session.console.output(TextTable.render([header] + run.unknown.map(Self.row)))
        try session.console.output("\n" + Self.inputs(run))
        let first = FirstItems.read(run)
        if !first.isEmpty {
            let rows = first.map { [$0.call.key, $0.text] }
            try session.console.output(TextTable.render([["KEY", "FIRST ITEM"]] + rows) + "\n")
        }
        let name = reference.name(of: run)
        try session.console.output(
            "Look each one up at the API, then: runner resolve \(name) KEY --done, or --not-done\n"
        )
    }

    private static func facts(_ run: RunListing) -> [[String]] {
        var rows = [
            ["run", run.id.name],
            ["job", run.job.name],
            ["state", run.state.rawValue + (run.isResumable ? ", can be resumed" : "")],
        ]
        if let environment = run.environment { rows.append(["environment", environment]) }
        if let started = run.started { rows.append(["started", started]) }
        if let duration = run.duration { rows.append(["took", Quantities.seconds(duration)]) }
        rows.append(["records", Quantities.grouped(run.records)])
        rows.append(["calls", Quantities.grouped(run.calls)])
        for rejects in run.rejects {
            rows.append(["rejects", "\(Quantities.count(rejects.count, "item")) in \(run.path)/\(rejects.file)"])
        }
        rows += run.failures.map { ["failure", $0] }
        rows.append(["folder", run.path])
        if let problem = run.problem { rows.append(["problem", problem]) }
        return rows
    }

    private static func row(_ call: UnknownCall) -> [String] {
        [call.step.name, call.key, call.intent.itemsText ?? "-", call.sentAt ?? "-", call.reason ?? "-"]
    }

    /// Says in which files the items are to be found.
    private static func inputs(_ run: RunListing) -> String {
        var lines: [String] = []
        for call in run.unknown {
            guard let input = call.input?.path else { continue }
            let line = "The items of \(call.step) are those of \(TerminalText.line(input)), the first one is 1.\n"
            if !lines.contains(line) { lines.append(line) }
        }
        return lines.joined()
    }
}
