import Glibc
import JobExecution
import JobPlan
import JobSpec

/// Says how a run ended and chooses the exit status.
struct RunEnding {
    let plan: Plan
    let console: Console
    let isQuiet: Bool

    func close(_ summary: RunSummary, signal: Int32?) -> ExitStatus {
        let stopped = signal.map { $0 == SIGINT ? ExitStatus.interrupted : .terminated }
        switch RunConclusion(summary.report, failure: summary.failure, isSignalled: signal != nil) {
        case .done:
            sayDone(summary)
            return .done
        case .partial:
            sayGaps(summary)
            return .someStepsFailed
        case .closedPipe: return .done
        case .stopped:
            console.say("stopped by a signal; what is whole is published")
            sayHowToGoOn(summary, after: nil)
            return stopped ?? .interrupted
        case .failed(let failure):
            if signal != nil { console.say("stopped by a signal, and something failed:") }
            console.say(FailureText.render(failure, plan: plan, console: console))
            sayHowToGoOn(summary, after: failure.kind)
            return stopped ?? ExitStatus(failure.kind)
        }
    }

    private func sayDone(_ summary: RunSummary) {
        guard !isQuiet else { return }
        let report = summary.report
        let records = report.steps.reduce(0) { $0 + $1.records }
        let text = "done: \(Quantities.count(records, "record")) in \(Quantities.seconds(report.duration))"
        console.say(console.styled(text, .green) + place(summary))
    }

    private func sayGaps(_ summary: RunSummary) {
        let steps = summary.report.steps
        let failed = steps.filter { $0.state == .failed }.map(\.id.name)
        let partial = steps.filter { $0.state == .done && $0.skippedItems > 0 }.map(\.id.name)
        var parts: [String] = []
        if !failed.isEmpty { parts.append("failed: \(failed.joined(separator: ", "))") }
        if !partial.isEmpty { parts.append("items left out in: \(partial.joined(separator: ", "))") }
        console.say(console.styled("finished with gaps; \(parts.joined(separator: "; "))", .yellow) + place(summary))
    }

    /// Names the command that helps, where one does.
    private func sayHowToGoOn(_ summary: RunSummary, after failure: RunFailure.Kind?) {
        guard let folder = summary.folder, summary.hasBegun else { return }
        switch failure {
        // The failure's own last line is what comes first: `runner resolve`.
        case .unknownOutcome: return
        // The job or its input has to be mended, and a run keeps to those that it began with.
        case .invalidInput, .template: return
        default: console.say("go on from where it stopped with: runner resume \(folder)")
        }
    }

    private func place(_ summary: RunSummary) -> String { summary.folder.map { ", results in \($0)" } ?? "" }
}
