import JobExecution
import JobSpec

/// What a journal tells of one step.
struct StepHistory: Sendable {
    /// How it ended, once it has ended well or was skipped. A step that failed goes on when its run is resumed.
    var finished: ResumePoint.FinishedStep?
    /// Where it stands; nothing before its first page.
    var checkpoint: StepCheckpoint?
    var skippedItems = 0
    /// Whether the entries are about what the files no longer have.
    var isBehindItsFiles = false
    var input: InputDigest?
    /// The last that is known of each write; those whose line is in the step's file are left out.
    var calls: [Int: CallOutcome] = [:]
    /// When each of them that has no outcome, or an unknown one, was sent last, by RFC 3339.
    var sentAt: [Int: String] = [:]
    /// Writes that were begun, each once.
    var callCount = 0
    /// Its records under their final name.
    var file: PublishedFile?
    /// Its refused items under their final name.
    var rejects: PublishedFile?
    /// Why it failed the last time.
    var failure: String?

    /// Whether something can't be undone: a record is in its file, an item was left out, a write was begun.
    var hasLeftSomething: Bool { checkpoint != nil || callCount > 0 || skippedItems > 0 }

    /// The form for the executor.
    var begun: ResumePoint.BegunStep {
        var step = ResumePoint.BegunStep()
        step.lastPage = checkpoint?.page
        if let file = checkpoint?.file { step.mark = RecordMark(bytes: file.bytes, records: file.records) }
        step.pages = checkpoint?.pages ?? 0
        // The rejects are committed before the count of them is noted: the run may have died in between.
        step.skippedItems = max(skippedItems, checkpoint?.rejects?.records ?? 0)
        step.input = input
        step.calls = calls
        return step
    }

    /// The writes that took effect: those whose line is in the file are among them.
    var doneCount: Int { max(0, callCount - calls.values.count { $0.state != .done }) }

    /// The writes of which nobody knows whether they took effect, in their order.
    var unknownCalls: [CallOutcome] {
        calls.values.filter { $0.state == .unknown }.sorted { $0.intent.call < $1.intent.call }
    }
}
