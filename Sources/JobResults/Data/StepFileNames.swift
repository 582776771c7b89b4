import JobSpec

/// The names of a step's files in the run's folder: while they are written, and once they are whole.
struct StepFileNames: Hashable, Sendable {
    /// One file's two names.
    struct Pair: Hashable, Sendable {
        /// While it is written.
        let partial: String
        /// Once it is whole.
        let published: String

        fileprivate init(_ published: String) {
            self.published = published
            partial = "\(published).partial"
        }
    }

    /// The step's records.
    let records: Pair
    /// What was refused. An id has no dot, so no other step's records can have this name.
    let rejects: Pair

    /// The names of a step's files.
    init(_ step: StepID) {
        records = Pair("\(step.name).ndjson")
        rejects = Pair("\(step.name).rejects.ndjson")
    }
}
