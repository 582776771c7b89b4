package import JobExecution
package import JobSpec

/// What a line of the journal tells. Each case's name is the line's `event`, in snake case.
package enum JournalEvent: Sendable {
    /// The first line.
    case runStarted(RunID, job: StepID, RunHeader)
    /// An interrupted run goes on: the attempt is the second or a later one. The plan's hash is there if it changed.
    case runResumed(attempt: Int, version: String, planHash: String?)
    /// What the executor tells.
    case happened(RunEvent)
    /// A page of a step is in its file.
    case pageCommitted(StepID, StepCheckpoint)
    /// Items that were refused after the last page are in the rejects.
    case rejectsCommitted(StepID, StepCheckpoint)
    /// The files of a step went back to an earlier state: an item was given up, or a loss of power took their ends. Then
    /// `skippedItems` says how many skipped items are left.
    case recordsDropped(StepID, StepCheckpoint, skippedItems: Int? = nil)
    /// A write is about to be sent.
    case callIntended(StepID, CallIntent)
    /// A write has ended, or nobody knows how.
    case callSettled(StepID, CallOutcome)
    /// A person says whether a write of unknown outcome took effect.
    case callResolved(StepID, CallIntent, isDone: Bool)
    /// A step's files are whole, on the disk, and have their final names.
    case filePublished(StepID, PublishedFile, rejects: PublishedFile?)
    /// The last line, unless the run died.
    case runFinished(RunState, RunReport)

    /// Whether the run may go on only once the line, and with it all before it, is on the disk.
    var isDurable: Bool {
        switch self {
        case .runStarted, .runResumed, .runFinished: true
        // The next thing that happens is the step's end.
        case .filePublished: false
        // What can't be undone is on the disk before it is sent, and its outcome after.
        case .callIntended, .callSettled, .callResolved: true
        case .happened(let event):
            switch event {
            case .stepStarted, .stepResumed, .stepSkipped, .stepFailed, .inputOpened: true
            // The next thing that happens is the beginning of another step or the end of the run. Either is on the disk
            // before it has any effect, and this line with it.
            case .stepFinished: false
            default: false
            }
        case .pageCommitted, .recordsDropped, .rejectsCommitted: false
        }
    }
}
