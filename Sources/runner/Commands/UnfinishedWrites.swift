import ArgumentParser
import JobExecution
import JobPlan
import JobResults
import JobSpec

/// A new run of a job that writes would send again what the last run has sent: it needs an explicit word.
enum UnfinishedWrites {
    static func refuse(_ plan: Plan, output: String, _ session: Session) async throws {
        guard plan.steps.contains(where: \.isWrite) else { return }
        // Where there is no last run, or it can't be read, the run itself says what stands in its way.
        guard let last = try? await RunCatalogue(root: output).last(of: plan.job.name) else { return }
        guard last.isResumable, last.doneWrites > 0 || !last.unknown.isEmpty else { return }
        var facts: [String] = []
        if last.doneWrites > 0 { facts.append("\(Quantities.count(last.doneWrites, "call")) took effect") }
        if !last.unknown.isEmpty { facts.append("of \(Quantities.count(last.unknown.count, "call")) nobody knows") }
        throw session.failure(
            RunFailure(
                .unknownOutcome,
                "the last run of `\(plan.job.name)` stopped in the middle of its writes: \(facts.joined(separator: ", "))",
                help: [
                    "go on with it, and nothing is sent twice: runner resume \(last.id)",
                    "or send everything anew, what took effect included: add --new-run",
                ]
            )
        )
    }
}
