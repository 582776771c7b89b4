import ArgumentParser
import JobExecution
import JobPlan
import JobResults
import JobSpec

/// `runner resume RUN`.
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a run that was interrupted.",
        discussion: """
            Continues a run after any death: kill -9, a full disk, a power cut. What is done is not done again. Reads \
            go on after the last whole page, and the files are those of an uninterrupted run. Writes that were done \
            are never sent again; one that was under way is settled by its idempotency key or its reconcile request, \
            else the run stops and lists it: see runner resolve.

              runner resume --last nightly
              runner resume 20261124T053703Z-3f9a1c
              runner resume results/nightly/20261124T053703Z-3f9a1c
            """
    )

    @OptionGroup var reference: RunReference

    @Flag(help: "Go on although the job's plan is another one than when the run began.")
    var acceptPlanChange = false

    @Flag(help: "Agree to touch an environment marked `production`.")
    var production = false

    @Flag(name: .shortAndLong, help: "Say nothing but what goes wrong.")
    var quiet = false

    func run() async throws {
        let session = Session()
        let console = session.console
        let run = try await reference.find(session)
        guard try await !isDone(run, session) else {
            if !quiet { console.say("\(run.id) of \(run.job) is done: there is nothing to resume") }
            return
        }
        if run.state == .partial, !run.isResumable {
            console.say("\(run.id) of \(run.job) went through: what it left out stays left out, nothing to resume")
            throw ExitStatus.someStepsFailed.exitCode
        }
        let resumed = try ResumedRun.open(
            run.path,
            session: session,
            acceptsPlanChange: acceptPlanChange,
            isProduction: production
        )
        if !quiet { console.say(console.styled("resuming \(resumed.id) of \(resumed.plan.job.name)", .bold)) }
        let progress = ProgressDisplay(console: console, isQuiet: quiet)
        let pipeline = session.pipeline
        let (summary, signal) = await SignalWatch.run { await pipeline.resume(resumed, progress) }
        progress.clear()
        let status = RunEnding(plan: resumed.plan, console: console, isQuiet: quiet).close(summary, signal: signal)
        if status != .done { throw status.exitCode }
    }

    /// A scheduler may resume after every end that it does not know: what is done needs no job file any more.
    private func isDone(_ run: RunListing, _ session: Session) async throws -> Bool {
        guard run.state == .done else { return false }
        do throws(SinkError) {
            return try await RunFolder.isDone(at: run.path)
        } catch {
            throw session.failure(RunFailure(error))
        }
    }
}
