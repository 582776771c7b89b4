import Glibc
import JobExecution
import JobSpec

/// The journal of a run that was made before, read as often as its files make it necessary.
struct JournalFile: Sendable {
    /// Open for appending, or for reading alone.
    let file: FileDescriptor
    /// For messages.
    let path: String

    /// Opens the journal of a run's folder.
    ///
    /// - Parameter isReadOnly: whether it can't be appended to.
    /// - Throws: `io`.
    init(in folder: Folder, isReadOnly: Bool) throws(SinkError) {
        path = folder.path(of: Journal.fileName)
        do throws(SystemError) {
            file = try isReadOnly ? folder.openToRead(Journal.fileName) : folder.openFile(Journal.fileName)
        } catch {
            throw error.failure(.io, "read the journal \"\(path)\"")
        }
    }

    /// Folds the journal into what it tells.
    ///
    /// - Throws: `io`, also where a line that is whole is not what its name promises.
    func replay(
        _ options: JournalReplay.Options = .init()
    ) throws(SinkError) -> (JournalReplay, JournalReader.Extent) {
        var options = options
        while true {
            var replay = JournalReplay(options)
            let extent = try JournalReader.read(file, path: path) { replay.take($0) }
            if let line = replay.firstMalformed {
                throw SinkError(
                    .io,
                    "the journal \"\(path)\" is damaged: line \(line) is not what this version writes",
                    help: "resume the run with the version of `runner` that began it, or start a new run"
                )
            }
            let more = replay.stepsToKeepCallsOf.subtracting(options.keepsAllCalls)
            if more.isEmpty { return (replay, extent) }
            options.keepsAllCalls.formUnion(more)
        }
    }

    /// All the states that the files of these steps went through.
    func trails(of steps: Set<StepID>) throws(SinkError) -> [StepID: CheckpointTrail] {
        var trails: [StepID: CheckpointTrail] = [:]
        _ = try JournalReader.read(file, path: path) { entry in
            guard let step = entry.json.step(), steps.contains(step) else { return }
            switch entry.event {
            case "page_committed", "rejects_committed", "records_dropped":
                trails[step, default: CheckpointTrail()].take(entry)
            default: break
            }
        }
        return trails
    }
}
