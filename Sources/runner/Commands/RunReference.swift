import ArgumentParser
import JobExecution
import JobResults
import JobSpec

/// How a person names a run: its id, its folder, or the last one of a job.
struct RunReference: ParsableArguments {
    @Argument(help: ArgumentHelp("The run's id, or its folder.", valueName: "run"))
    var run: String?

    @Option(help: ArgumentHelp("The last run of this job.", valueName: "job"))
    var last: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("Where results are kept.", valueName: "dir"))
    var output = "results"

    mutating func validate() throws {
        guard (run == nil) != (last == nil) else { throw ValidationError("Name a run, or --last JOB.") }
        if let last, StepID(last) == nil { throw ValidationError("'\(last)' can't be a job's name.") }
    }

    /// What to name a run by in a command that a person is to type: the id, where it is looked for as it was now.
    func name(of found: RunListing) -> String {
        let isByID = last != nil || run.flatMap { RunID($0) } != nil
        return isByID && output == "results" ? found.id.name : found.path
    }

    /// The run that is meant; a name that leads nowhere is said, and ends the command.
    func find(_ session: Session) async throws -> RunListing {
        let catalogue = RunCatalogue(root: output)
        do throws(SinkError) {
            if let last, let job = StepID(last) { return try await catalogue.last(of: job) }
            return try await catalogue.find(run ?? "")
        } catch {
            throw session.failure(RunFailure(error))
        }
    }
}
