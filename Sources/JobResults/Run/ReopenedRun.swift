import JobExecution
import JobSpec

/// What a run's folder is made from, besides the open files: of a new run only its name.
struct ReopenedRun: Sendable {
    let id: RunID
    let job: StepID
    let header: RunHeader
    let attempt: Int
    /// The time since 1970-01-01T00:00:00Z.
    let started: Duration
    var published = PublishedFiles()
    var restored: [StepID: RestoredStep] = [:]
}
