import Crypto
import JobExecution
import JobPlan

/// What of a step's files counts, with the hashes to go on from. ``StepCheckpoint`` is its form in the journal.
struct StepCommit: Sendable {
    /// The last page; nothing before the first.
    var page: PageCommit?
    var pages = 0
    var records = 0
    var file = LineFile.Prefix()
    var rejects = LineFile.Prefix()
    /// Lines of refused items.
    var rejectLines = 0

    /// How much of the records' file counts.
    var mark: RecordMark { RecordMark(bytes: file.bytes, records: records) }

    /// The form for the journal.
    var checkpoint: StepCheckpoint {
        StepCheckpoint(
            page: page,
            pages: pages,
            file: .init(bytes: file.bytes, records: records, sha256: HexText.lowercase(file.hash.finalize())),
            rejects: rejects.bytes == 0
                ? nil
                : .init(bytes: rejects.bytes, records: rejectLines, sha256: HexText.lowercase(rejects.hash.finalize()))
        )
    }
}
