import JobExecution
import JobPlan
import JobSpec

/// Says how a run ended and chooses the exit status.
struct RunEnding {
    let plan: Plan
    let console: Console
    let isQuiet: Bool

    func close(_ summary: RunSummary, signal: Int32?) -> ExitStatus {
        let failure = summary.failure ?? summary.report.failure
        if let signal {
            console.say("stopped by a signal; what is whole is published")
            sayHowToGoOn(summary)
            return signal == 2 ? .interrupted : .terminated
        }
        if let failure {
            guard failure.kind != .closedPipe else { return .done }
            console.say(FailureText.render(failure, plan: plan, console: console))
            sayHowToGoOn(summary)
            return ExitStatus(failure.kind)
        }
        let report = summary.report
        let records = report.steps.reduce(0) { $0 + $1.records }
        if report.isComplete {
            guard !isQuiet else { return .done }
            let text = "done: \(Quantities.count(records, "record")) in \(Quantities.seconds(report.duration))"
            console.say(console.styled(text, .green) + place(summary))
            return .done
        }
        let failed = report.steps.filter { $0.state == .failed }.map(\.id.name)
        let partial = report.steps.filter { $0.state == .done && $0.skippedItems > 0 }.map(\.id.name)
        var parts: [String] = []
        if !failed.isEmpty { parts.append("failed: \(failed.joined(separator: ", "))") }
        if !partial.isEmpty { parts.append("items left out in: \(partial.joined(separator: ", "))") }
        console.say(console.styled("finished with gaps; \(parts.joined(separator: "; "))", .yellow) + place(summary))
        return .someStepsFailed
    }

    private func sayHowToGoOn(_ summary: RunSummary) {
        guard let folder = summary.folder else { return }
        console.say("go on from where it stopped with: runner resume \(folder)")
    }

    private func place(_ summary: RunSummary) -> String { summary.folder.map { ", results in \($0)" } ?? "" }
}
