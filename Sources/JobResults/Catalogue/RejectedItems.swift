import JobExecution
package import JobSpec

/// The refused items of one step.
package struct RejectedItems: Hashable, Sendable {
    /// The step.
    package let step: StepID
    /// How many there are.
    package let count: Int
    /// Their file in the run's folder; it ends in `.partial` where the step did not come to its end.
    package let file: String
}

extension JournalReplay {
    /// Those of all steps, by step.
    var rejects: [RejectedItems] {
        steps.sorted { $0.key < $1.key }.compactMap { step, history in
            if let file = history.rejects { return RejectedItems(step: step, count: file.records, file: file.name) }
            guard let prefix = history.checkpoint?.rejects, prefix.records > 0 else { return nil }
            return RejectedItems(step: step, count: prefix.records, file: StepFileNames(step).rejects.partial)
        }
    }
}
