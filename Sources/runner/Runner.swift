import ArgumentParser
import CLinux
import JobSpec

/// Where the process starts.
@main
enum Main {
    /// Commands that wait for nothing run here, on the process' first thread: the allocator grows its memory in large
    /// strides, and that of the others page by page, with a call for each.
    @MainActor static func main() async {
        StandardDescriptors.occupy()
        // A run has seven threads and few of them allocate at a time: an arena for each costs more calls and pages
        // than it saves waiting.
        mallopt(M_ARENA_MAX, 2)
        // Nearly every command needs them, and the command line takes a while to parse.
        async let environments = BuiltInEnvironments.catalogue()
        do {
            var command = try Runner.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            Runner.exit(withError: error)
        }
        // Whoever needed them has said what is wrong with them.
        _ = try? await environments
    }
}

/// The command. `runner JOB` is `runner run JOB`.
struct Runner: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runner",
        abstract: "Run jobs of API calls: least authority, whole results, safe to repeat.",
        discussion: """
            A job file names an environment, the OAuth2 scopes that each step needs, and the calls in order. The run \
            asks for no more than those scopes, walks the pages, retries what may be retried, and leaves NDJSON.

              runner jobs/nightly.yaml              run a job against the environment that it names
              runner plan jobs/nightly.yaml         show which tokens and calls that would be, and send nothing
              runner validate jobs/*.yaml           check files and report every mistake
              runner resume --last nightly          go on with a run that was interrupted
              runner runs                           list the runs and how they stand
              runner sandbox                        serve the embedded stand-in of the API for other clients
              runner environments                   list the environments that jobs can name

            Results go to results/JOB/RUN/. Records can be piped with --stdout STEP; everything for people goes to \
            standard error.

            Exit status: 0 done, 1 some steps failed, 64 usage, 65 job file invalid, 66 input missing, \
            69 API unavailable, 70 internal error, 73 cannot create, 74 I/O error, 75 try again later, 76 protocol \
            error, 77 scope or credential refused, 78 configuration, 79 a write of unknown outcome, 130 and 143 stopped by a signal.
            """,
        version: RunnerVersion.text,
        subcommands: [
            RunCommand.self, PlanCommand.self, ValidateCommand.self, ResumeCommand.self, ResolveCommand.self,
            RunsCommand.self, ShowCommand.self, CleanCommand.self, SandboxCommand.self, EnvironmentsCommand.self,
            SchemaCommand.self,
        ],
        defaultSubcommand: RunCommand.self
    )
}

/// The version that the command, the journal and the manifest show.
enum RunnerVersion {
    static let text = "0.1.0"
}
