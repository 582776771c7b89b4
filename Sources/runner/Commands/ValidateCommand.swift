import ArgumentParser
import Diagnostics
import JobPlan
import JobSpec

/// `runner validate FILE…`.
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check job files and report every mistake, with its place and a remedy.",
        discussion: """
            Decodes, validates and plans each file against the environment that it names. Nothing is sent.

              runner validate jobs/*.yaml
            """
    )

    @Argument(help: "Job files.", completion: .file(extensions: ["yaml", "yml"]))
    var files: [String]

    @Option(name: .shortAndLong, help: "Plan against this environment instead of the jobs' own.")
    var environment: String?

    @Option(help: ArgumentHelp("A file with more environments; may be repeated.", valueName: "file"))
    var environments: [String] = []

    func run() throws {
        let session = Session()
        var worst: ExitStatus?
        for path in files {
            let request = JobRequest(
                file: path,
                environment: environment,
                environmentFiles: environments,
                variables: [],
                selection: .all
            )
            do throws(DiagnosticError) {
                _ = try session.pipeline.plan(try session.pipeline.job(request), request)
            } catch {
                session.console.say(error.diagnostics)
                let status = ExitStatus(error.diagnostics)
                // An invalid file says more than a missing one.
                if worst != .jobFileInvalid { worst = status }
                continue
            }
            try session.console.output("\(path): ok\n")
        }
        if let worst { throw worst.exitCode }
    }
}
