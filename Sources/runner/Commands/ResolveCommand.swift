import ArgumentParser
import JobExecution
import JobResults

/// `runner resolve RUN KEY`.
struct ResolveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Say whether a call of unknown outcome took effect.",
        usage: "runner resolve (<run> | --last <job>) <key> (--done | --not-done) [--output <dir>]",
        discussion: """
            A write that was under way when its run died may or may not have reached the API, and nothing is guessed. \
            Look it up there, say what you found, then resume the run: what is done is not sent again, what is not \
            done is.

              runner show 20261124T053703Z-3f9a1c
              runner resolve 20261124T053703Z-3f9a1c 'repayments#17' --not-done
              runner resume 20261124T053703Z-3f9a1c
            """
    )

    // One list, as an optional name in front of the key would take the key for itself.
    @Argument(
        help: ArgumentHelp(
            "The run's id, or its folder, unless --last names the run; then the call's key, as runner show lists it.",
            valueName: "run> <key"
        )
    )
    var names: [String]

    @Option(help: ArgumentHelp("The last run of this job.", valueName: "job"))
    var last: String?

    @Flag(help: "It took effect.")
    var done = false

    @Flag(help: "It did not take effect: send it.")
    var notDone = false

    @Option(name: .shortAndLong, help: ArgumentHelp("Where results are kept.", valueName: "dir"))
    var output = "results"

    mutating func validate() throws {
        guard names.count == (last == nil ? 2 : 1) else {
            throw ValidationError("Name a run and the key of a call, or --last JOB and the key.")
        }
        guard done != notDone else { throw ValidationError("Say --done or --not-done.") }
        var reference = reference
        try reference.validate()
    }

    private var reference: RunReference {
        var reference = RunReference()
        reference.run = last == nil ? names.first : nil
        reference.last = last
        reference.output = output
        return reference
    }

    func run() async throws {
        let session = Session()
        let key = names.last ?? ""
        let found = try await reference.find(session)
        let run = reference.name(of: found)
        do throws(SinkError) {
            let left = try await RunFolder.resolve(path: found.path, key: key, done: done)
            let call = session.console.harmless(key)
            session.console.say("noted: \(call) \(done ? "took effect" : "did not take effect")")
            session.console.say(
                left == 0
                    ? "next: runner resume \(run)"
                    : "\(Quantities.count(left, "call")) of unknown outcome \(left == 1 ? "is" : "are") left: runner show \(run)"
            )
        } catch {
            throw session.failure(RunFailure(error))
        }
    }
}
