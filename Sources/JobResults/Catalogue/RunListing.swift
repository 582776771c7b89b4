package import JobSpec

/// A run at a glance.
package struct RunListing: Hashable, Sendable {
    /// How it stands.
    package enum State: String, Hashable, Sendable {
        /// Every step did all that it should.
        case done
        /// It went through, but some steps failed or some items were left out.
        case partial
        /// A failure ended it.
        case failed
        /// It was stopped from outside.
        case stopped
        /// It is going on now.
        case running
        /// Its process died, or the machine did.
        case crashed
    }

    /// The run.
    package let id: RunID
    /// Its job.
    package let job: StepID
    /// Its folder.
    package let path: String
    /// How it stands.
    package internal(set) var state: State
    /// When it was started first, by RFC 3339; nothing where its journal has no whole line.
    package internal(set) var started: String?
    /// The name of its environment.
    package internal(set) var environment: String?
    /// How long it took, that is its last attempt; of a run without an account, from its first line to its last.
    package internal(set) var duration: Duration?
    /// Records of all steps that count.
    package internal(set) var records = 0
    /// Calls of all steps, as far as they are known.
    package internal(set) var calls = 0
    /// Writes of unknown outcome.
    package internal(set) var unknown: [UnknownCall] = []
    /// Refused items, step by step; steps without any are left out.
    package internal(set) var rejects: [RejectedItems] = []
    /// What ended it, else why steps of it failed, each with its step where it concerns one.
    package internal(set) var failures: [String] = []
    /// Whether a resume has something to do.
    package internal(set) var isResumable = false
    /// Why nothing more is known of it: its journal or its manifest is damaged or can't be read.
    package internal(set) var problem: String?

    init(_ place: RunPlace, state: State) {
        id = place.run
        job = place.job
        path = place.jobFolder.path(of: place.run.name)
        self.state = state
    }
}
