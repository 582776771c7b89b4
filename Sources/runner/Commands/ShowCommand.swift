import ArgumentParser
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
        session.console.output(TextTable.render(Self.facts(run)))
        guard !run.unknown.isEmpty else { return }
        session.console.output("\nNobody knows whether these calls took effect:\n")
        session.console.output(TextTable.render([["STEP", "KEY", "ITEMS"]] + run.unknown.map(Self.row)))
        session.console.output(
            "\nLook each one up at the API, then: runner resolve \(run.id) KEY --done, or --not-done\n"
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
        rows.append(["folder", run.path])
        if let problem = run.problem { rows.append(["problem", problem]) }
        return rows
    }

    private static func row(_ call: UnknownCall) -> [String] {
        let items = call.items.isEmpty ? "-" : "\(call.items.lowerBound + 1) to \(call.items.upperBound)"
        return [call.step.name, call.key, items]
    }
}
