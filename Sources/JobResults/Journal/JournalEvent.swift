package import JobExecution
package import JobSpec

/// What a line of the journal tells. Each case's name is the line's `event`, in snake case.
package enum JournalEvent: Sendable {
    /// The first line.
    case runStarted(RunID, job: StepID, RunHeader)
    /// What the executor tells.
    case happened(RunEvent)
    /// A page of a step is in its file; the file was `reached` long then, and had that SHA-256.
    case pageCommitted(StepID, PageCommit, reached: RecordMark, sha256: String)
    /// The file of a step went back to an earlier length: an item was given up.
    case recordsDropped(StepID, RecordMark)
    /// A step's file is whole, on the disk, and has its final name.
    case filePublished(StepID, PublishedFile)
    /// The last line, unless the run died.
    case runFinished(RunState, RunReport)

    /// Whether the run may go on only once the line is on the disk.
    var isDurable: Bool {
        switch self {
        case .runStarted, .filePublished, .runFinished: true
        case .happened(let event):
            switch event {
            case .stepStarted, .stepSkipped, .stepFailed, .stepFinished: true
            default: false
            }
        case .pageCommitted, .recordsDropped: false
        }
    }

}
