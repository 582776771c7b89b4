import Crypto
import Glibc
import JobExecution
import JobPlan
import JobSpec

/// All the states that a step's files went through and did not go back behind: where to look for the last one that the
/// files still match after a loss of power has taken their ends.
struct CheckpointTrail: Sendable {
    private struct Stop: Sendable {
        let sequence: Int
        let checkpoint: StepCheckpoint
    }

    /// Of growing lengths.
    private var stops: [Stop] = []

    /// Takes an entry about the step's files.
    mutating func take(_ entry: JournalEntry) {
        guard var checkpoint = StepCheckpoint(entry.json) else { return }
        // Not needed here, and it may be long.
        checkpoint.page = nil
        while let last = stops.last, last.checkpoint.file.bytes >= checkpoint.file.bytes { stops.removeLast() }
        stops.append(Stop(sequence: entry.sequence, checkpoint: checkpoint))
    }

    /// The sequence of the last entry that both files match; 0 where there is none.
    func lastFitting(records: FileDescriptor?, rejects: FileDescriptor?) throws(SystemError) -> Int {
        var records = PrefixHash(records)
        var rejects = PrefixHash(rejects)
        var found = 0
        for stop in stops {
            guard try records.matches(stop.checkpoint.file) else { break }
            if let wanted = stop.checkpoint.rejects, try !rejects.matches(wanted) { break }
            found = stop.sequence
        }
        return found
    }
}

/// The hash of a file's beginning, which only ever grows.
private struct PrefixHash {
    private let file: FileDescriptor?
    private var hash = SHA256()
    private var bytes = 0

    init(_ file: FileDescriptor?) { self.file = file }

    /// Whether the file begins so.
    mutating func matches(_ prefix: StepCheckpoint.FilePrefix) throws(SystemError) -> Bool {
        guard prefix.bytes >= bytes, try advance(to: prefix.bytes) else { return false }
        return HexText.lowercase(hash.finalize()) == prefix.sha256
    }

    private mutating func advance(to end: Int) throws(SystemError) -> Bool {
        if bytes == end { return true }
        guard let file, try file.status().st_size >= end else { return false }
        hash = try file.hash(hash, from: bytes, upTo: end)
        bytes = end
        return true
    }
}
