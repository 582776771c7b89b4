import ArgumentParser
import Diagnostics
import JobExecution
import JobResults
import JobSpec

/// `runner runs [JOB]`.
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List the runs that there are, the newest last.",
        discussion: """
            A run is done, partial (some steps failed or items were left out), failed, stopped, running or crashed. \
            What can be resumed is marked. RECORDS are those of the whole run; CALLS and TOOK, of a run that has ended, \
            are those of its last attempt. Of a run that can't be read, ? stands for what nobody knows.

              runner runs
              runner runs nightly
            """
    )

    @Argument(help: "Only the runs of this job.")
    var job: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("Where results are kept.", valueName: "dir"))
    var output = "results"

    mutating func validate() throws {
        if let job, StepID(job) == nil { throw ValidationError("'\(job)' can't be a job's name.") }
    }

    func run() async throws {
        let session = Session()
        let runs: [RunListing]
        do throws(SinkError) {
            runs = try await RunCatalogue(root: output).runs(of: job.flatMap { StepID($0) })
        } catch {
            throw session.failure(RunFailure(error))
        }
        guard !runs.isEmpty else {
            session.console.say("there are no runs in \(output)" + (job.map { " of \($0)" } ?? ""))
            return
        }
        let header = ["RUN", "JOB", "STATE", "RECORDS", "CALLS", "UNKNOWN", "TOOK"]
        try session.console.output(TextTable.render([header] + runs.map(Self.row), rightAligned: [3, 4, 5, 6]))
        session.console.say(runs.compactMap(Self.warning))
    }

    private static func warning(_ run: RunListing) -> Diagnostic? {
        run.problem.map { problem in
            .warning(
                "unreadable-run",
                "run \(run.id): \(problem)",
                at: nil,
                help: "what is known of it: runner show \(run.path)"
            )
        }
    }

    private static func row(_ run: RunListing) -> [String] {
        // With an account of it, only what the journal alone knows is not known.
        let isCounted = run.problem == nil || run.started != nil
        return [
            run.id.name,
            run.job.name,
            run.state.rawValue + (run.problem != nil ? " (unreadable)" : run.isResumable ? " (resumable)" : ""),
            isCounted ? Quantities.grouped(run.records) : "?",
            isCounted ? Quantities.grouped(run.calls) : "?",
            run.problem != nil ? "?" : run.unknown.isEmpty ? "-" : Quantities.grouped(run.unknown.count),
            run.duration.map(Quantities.seconds) ?? "-",
        ]
    }
}
