package import JobExecution

/// How a run ended.
package enum RunState: String, Hashable, Sendable {
    /// Every step did all that it should.
    case done
    /// It went through, but some steps failed or some items were left out.
    case partial
    /// A failure ended it.
    case failed
    /// It was stopped from outside: by a signal, or because the reader of its output has gone.
    case stopped

    /// Judges a run by what it did.
    package init(_ report: RunReport) {
        switch report.failure?.kind {
        case .cancelled, .closedPipe: self = .stopped
        case .some: self = .failed
        case nil: self = report.isComplete ? .done : .partial
        }
    }
}
