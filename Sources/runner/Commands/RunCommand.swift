import ArgumentParser
import Diagnostics
import HTTPTransport
import JobExecution
import JobPlan
import JobSpec

/// `runner run JOB`, or `runner JOB`.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a job.",
        discussion: """
            Plans the job, fetches its tokens, checks that what was granted is what was planned, then runs the steps \
            in order. Each step's records appear as results/JOB/RUN/STEP.ndjson once they are whole; manifest.json \
            there says what the run did.

              runner jobs/nightly.yaml
              runner jobs/nightly.yaml --environment kiva-stage
              runner jobs/nightly.yaml --only loans --stdout loans | jq .id
            """
    )

    @OptionGroup var job: JobOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("Keep results under this folder.", valueName: "dir"))
    var output = "results"

    @Option(
        help: ArgumentHelp(
            "The time that `run.as_of` stands for: 2026-01-31 or 2026-01-31T02:00:00Z; now where left out.",
            valueName: "time"
        )
    )
    var asOf: AsOfOption?

    @Option(help: ArgumentHelp("Write this step's records to standard output too.", valueName: "step"))
    var stdout: String?

    @Flag(help: "Show the plan and stop before anything is sent.")
    var dryRun = false

    @Flag(help: "Agree to touch an environment marked `production`.")
    var production = false

    @Flag(help: "Start a new run although an earlier one stopped in the middle of its writes.")
    var newRun = false

    @Flag(help: "Wait until another run of the same job has ended, instead of giving up with status 75.")
    var wait = false

    @Flag(name: .shortAndLong, help: "Say nothing but what goes wrong.")
    var quiet = false

    func run() async throws {
        // While the job is planned.
        async let loops: Void = EventLoops.start()
        let session = Session()
        let console = session.console
        let plan = try session.planned(job.request)
        if dryRun {
            try console.output(plan.text)
            return
        }
        try check(plan, session)
        let options = RunOptions(
            output: output,
            asOf: asOf?.time ?? CivilDateTime(sinceEpoch: WallClock.system.now()),
            stdoutStep: stdout.flatMap { StepID($0) },
            request: job.request,
            waitsForLock: wait,
            sendsAnew: newRun
        )
        if !quiet { console.say(console.styled(Self.headline(plan), .bold)) }
        let progress = ProgressDisplay(console: console, isQuiet: quiet)
        let pipeline = session.pipeline
        var (summary, signal) = await SignalWatch.run { await pipeline.run(plan, options, progress) }
        progress.clear()
        // A run that was not let begin has no folder.
        switch summary.failure?.kind {
        case .locked: summary.failure?.help = ["add --wait to start once it has ended, or stop it"]
        case .unknownOutcome where summary.folder == nil:
            summary.failure?.help.append("or send everything anew, what took effect included: add --new-run")
        default: break
        }
        let status = RunEnding(plan: plan, console: console, isQuiet: quiet).close(summary, signal: signal)
        await loops
        if status != .done { throw status.exitCode }
    }

    private func check(_ plan: Plan, _ session: Session) throws {
        if let stdout, !plan.steps.contains(where: { $0.id.name == stdout }) {
            let known = plan.steps.map(\.id.name)
            let advice =
                Suggestion.help(for: stdout, in: known) ?? "steps of this run are \(known.joined(separator: ", "))"
            throw ValidationError("--stdout \(stdout): no such step runs; \(advice)")
        }
        let isOwn = job.environment == nil
        try session.confirmProduction(plan, production, at: isOwn ? plan.job.environment?.span : nil)
    }

    private static func headline(_ plan: Plan) -> String {
        let kind = plan.environment.sandbox == nil ? "" : " (embedded sandbox)"
        return "\(plan.job.name) on \(plan.environment.name)\(kind): \(Quantities.count(plan.steps.count, "step")), "
            + "\(Quantities.count(plan.tokens.count, "token")), plan \(plan.hash.prefix(12))"
    }
}

/// A time on the command line.
struct AsOfOption: ExpressibleByArgument {
    let time: CivilDateTime

    init?(argument: String) {
        guard let time = CivilDateTime(rfc3339: argument) else { return nil }
        self.time = time
    }
}
