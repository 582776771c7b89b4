import ArgumentParser
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
            are those of its last attempt.

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
    }

    private static func row(_ run: RunListing) -> [String] {
        [
            run.id.name,
            run.job.name,
            run.state.rawValue + (run.isResumable ? " (resumable)" : ""),
            Quantities.grouped(run.records),
            Quantities.grouped(run.calls),
            run.unknown.isEmpty ? "-" : Quantities.grouped(run.unknown.count),
            run.duration.map(Quantities.seconds) ?? "-",
        ]
    }
}
