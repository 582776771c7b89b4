import ArgumentParser
import JobExecution
import JobResults
import JobSpec

/// `runner clean --keep N`.
struct CleanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean",
        abstract: "Remove old runs with all their files.",
        discussion: """
            Of each job the newest runs are kept, and so is every run that is going on or can be resumed: one that \
            was stopped, died or failed, or in which steps failed. --resumable removes those, too.

              runner clean --keep 30
              runner clean nightly --keep 7
            """
    )

    @Argument(help: "Only the runs of this job.")
    var job: String?

    @Option(help: ArgumentHelp("How many runs of each job stay.", valueName: "number"))
    var keep: Int

    @Flag(help: "Remove runs that can be resumed, too.")
    var resumable = false

    @Option(name: .shortAndLong, help: ArgumentHelp("Where results are kept.", valueName: "dir"))
    var output = "results"

    mutating func validate() throws {
        guard keep >= 0 else { throw ValidationError("--keep takes a number that is not negative.") }
        if let job, StepID(job) == nil { throw ValidationError("'\(job)' can't be a job's name.") }
    }

    func run() async throws {
        let session = Session()
        let cleaning: RunCatalogue.Cleaning
        do throws(SinkError) {
            cleaning = try await RunCatalogue(root: output)
                .clean(job: job.flatMap { StepID($0) }, keep: keep, includingResumable: resumable)
        } catch {
            throw session.failure(RunFailure(error))
        }
        session.console.say("removed \(Quantities.count(cleaning.removed.count, "run"))")
        if !cleaning.spared.isEmpty {
            let spared = Quantities.count(cleaning.spared.count, "older run")
            session.console.say("\(spared) can be resumed and stayed: --resumable removes those, too")
        }
        for run in cleaning.removed { try session.console.output("\(run.path)\n") }
    }
}
