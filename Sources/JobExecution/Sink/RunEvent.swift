package import JSONBytes
package import JobPlan
package import JobSpec

/// What happens in a run, as the journal keeps it and the progress display shows it. No event holds a secret.
package enum RunEvent: Hashable, Sendable {
    case tokenGranted(TokenID, scopes: [Scope])
    case stepStarted(StepID, title: String)
    /// A page is whole and in the file.
    case pageCommitted(StepID, PageCommit, total: Int?)
    /// An attempt failed and is made again after `delay`.
    case retrying(StepID?, request: String, attempt: Int, reason: String, delay: Duration)
    /// The API refused a token: another one is fetched.
    case tokenRefused(StepID, TokenID, status: Int)
    /// Something that the person should know although the run goes on.
    case notice(StepID, String)
    /// Items were left out (`on_error: skip`): `count` of them, from the position `item` on.
    case itemSkipped(StepID, item: Int, count: Int = 1, reason: String)
    case stepSkipped(StepID, reason: String)
    case stepFailed(StepID, reason: String)
    /// The outputs are kept for the later steps of a resumed run.
    case stepFinished(StepReport, outputs: [String: JSONValue])
    /// The input that a step is about to read.
    case inputOpened(StepID, InputDigest)
    /// A resumed step goes on after so many records.
    case stepResumed(StepID, records: Int)
}

/// What one step did.
package struct StepReport: Hashable, Sendable {
    package enum State: String, Hashable, Sendable {
        case done
        /// Its condition was false when its turn came.
        case skipped
        case failed
    }

    package let id: StepID
    package var state: State
    /// The step's records under their final name; nothing unless ``state`` is done.
    package var file: PublishedFile?
    package var records = 0
    package var pages = 0
    /// Requests sent, repeated ones included.
    package var attempts = 0
    /// Calls made, a repeated one counted once.
    package var calls = 0
    package var skippedItems = 0
    /// Refused items, under their final name; nothing where there are none.
    package var rejects: PublishedFile?
    package var duration: Duration = .zero
    /// Why it was skipped or failed.
    package var reason: String?

    package init(id: StepID, state: State) {
        self.id = id
        self.state = state
    }
}
