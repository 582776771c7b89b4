import JobExecution
import JobSpec
import Testing

/// What a run comes to when signals and failures meet.
@Suite struct RunConclusionTests {
    private static func step(_ state: StepReport.State, skippedItems: Int = 0) -> StepReport {
        var step = StepReport(id: StepID("loans")!, state: state)
        step.skippedItems = skippedItems
        return step
    }

    private func name(_ conclusion: RunConclusion) -> String {
        if case .failed(let failure) = conclusion { return "failed: \(failure.kind)" }
        return "\(conclusion)"
    }

    /// A signal that comes while the account of the run is written stops nothing: `manifest.json` says `done`.
    @Test(arguments: [false, true]) func whatIsDoneStaysDone(isSignalled: Bool) {
        var report = RunReport()
        report.steps = [Self.step(.done), Self.step(.skipped)]
        #expect(name(RunConclusion(report, isSignalled: isSignalled)) == "done")
    }

    @Test(arguments: [step(.failed), step(.done, skippedItems: 1)], [false, true])
    func gapsStayGaps(_ step: StepReport, isSignalled: Bool) {
        var report = RunReport()
        report.steps = [step]
        #expect(name(RunConclusion(report, isSignalled: isSignalled)) == "partial")
    }

    @Test(arguments: [
        (RunFailure.Kind.cancelled, false, "failed: cancelled"), (.cancelled, true, "stopped"),
        (.closedPipe, false, "closedPipe"), (.closedPipe, true, "stopped"), (.io, false, "failed: io"),
        (.io, true, "failed: io"), (.unknownOutcome, true, "failed: unknownOutcome"),
    ])
    func aFailureIsNotHiddenByASignal(_ kind: RunFailure.Kind, _ isSignalled: Bool, _ expected: String) {
        var report = RunReport()
        report.failure = RunFailure(kind, "")
        #expect(name(RunConclusion(report, isSignalled: isSignalled)) == expected)
    }

    /// The steps are whole, but the account of them could not be written.
    @Test func resultsThatCannotBeKeptAreAFailure() {
        var report = RunReport()
        report.steps = [Self.step(.done)]
        let full = RunFailure(.io, "the disk is full")
        #expect(name(RunConclusion(report, failure: full, isSignalled: true)) == "failed: io")
        report.failure = RunFailure(.unavailable, "")
        #expect(name(RunConclusion(report, failure: full, isSignalled: false)) == "failed: unavailable")
    }
}
