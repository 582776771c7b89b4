import JobExecution
import JobSpec
import Synchronization

/// The files of a run that have their final names, those of before a resume included.
final class PublishedFiles: Sendable {
    /// What a step that has ended left.
    struct Files: Sendable {
        let records: PublishedFile
        /// Nothing where no item was refused.
        let rejects: PublishedFile?
    }

    private let files = Mutex<[StepID: Files]>([:])

    /// Notes a step's files.
    func add(_ step: StepID, _ records: PublishedFile, rejects: PublishedFile?) {
        files.withLock { $0[step] = Files(records: records, rejects: rejects) }
    }

    /// A step's files, if it has any.
    subscript(step: StepID) -> Files? { files.withLock { $0[step] } }

    /// The report with the rejects that the sink alone knows of.
    func completed(_ report: StepReport) -> StepReport {
        var report = report
        if report.state == .done, report.rejects == nil { report.rejects = self[report.id]?.rejects }
        return report
    }
}
