/// What a run comes to, for whoever started it: judged by what it did, and only then by what came in its way.
package enum RunConclusion: Sendable {
    /// Every step did all that it should. A signal found nothing left to stop.
    case done
    /// It went through, but some steps failed or some items were left out.
    case partial
    /// The reader of its output had enough: nothing went wrong.
    case closedPipe
    /// A signal stopped it, and nothing else went wrong.
    case stopped
    /// A failure ended it, whether a signal came as well or not.
    case failed(RunFailure)

    /// Judges a run.
    ///
    /// - Parameters:
    ///   - failure: what went wrong in keeping its results after its end, if anything did.
    ///   - isSignalled: whether a signal came, be it too late to stop anything.
    package init(_ report: RunReport, failure: RunFailure? = nil, isSignalled: Bool) {
        guard let failure = report.failure ?? failure else {
            self = report.isComplete ? .done : .partial
            return
        }
        switch failure.kind {
        case .cancelled where isSignalled, .closedPipe where isSignalled: self = .stopped
        case .closedPipe: self = .closedPipe
        default: self = .failed(failure)
        }
    }
}
