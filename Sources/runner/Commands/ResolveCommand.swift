import ArgumentParser
import JobExecution
import JobResults

/// `runner resolve RUN KEY`.
struct ResolveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Say whether a call of unknown outcome took effect.",
        discussion: """
            A write that was under way when its run died may or may not have reached the API, and nothing is guessed. \
            Look it up there, say what you found, then resume the run: what is done is not sent again, what is not \
            done is.

              runner show 20261124T053703Z-3f9a1c
              runner resolve 20261124T053703Z-3f9a1c 'repayments#17' --not-done
              runner resume 20261124T053703Z-3f9a1c
            """
    )

    @Argument(help: ArgumentHelp("The run's id, or its folder.", valueName: "run"))
    var run: String

    @Argument(help: ArgumentHelp("The call's key, as runner show lists it.", valueName: "key"))
    var key: String

    @Flag(help: "It took effect.")
    var done = false

    @Flag(help: "It did not take effect: send it.")
    var notDone = false

    @Option(name: .shortAndLong, help: ArgumentHelp("Where results are kept.", valueName: "dir"))
    var output = "results"

    mutating func validate() throws {
        guard done != notDone else { throw ValidationError("Say --done or --not-done.") }
    }

    func run() async throws {
        let session = Session()
        do throws(SinkError) {
            let found = try await RunCatalogue(root: output).find(run)
            try await RunFolder.resolve(path: found.path, key: key, done: done)
            session.console.say("noted: \(key) \(done ? "took effect" : "did not take effect")")
        } catch {
            throw session.failure(RunFailure(error))
        }
    }
}
