import Crypto
import Glibc
import JobExecution
import JobPlan
import JobSpec

/// The files of a step that had begun when its run was interrupted, cut back to the last commit.
struct RestoredStep: Sendable {
    /// Open for appending.
    let records: FileDescriptor
    /// Likewise; nothing where no item was refused.
    let rejects: FileDescriptor?
    /// What they hold.
    let commit: StepCommit
}

/// Looks at what an interrupted run left of a step's files.
struct StepFiles: Sendable {
    private let folder: Folder
    private let names: StepFileNames
    private let step: StepID
    /// What is there, open; under the final name where a death came between the renaming and the end of the step.
    let records: FileDescriptor?
    let rejects: FileDescriptor?

    /// Opens what is there.
    ///
    /// - Throws: `io`, also where a file has both its names: somebody has put one there.
    init(_ step: StepID, in folder: Folder) throws(SinkError) {
        self.step = step
        self.folder = folder
        names = StepFileNames(step)
        records = try Self.open(names.records, in: folder)
        rejects = try Self.open(names.rejects, in: folder)
    }

    private static func open(_ name: StepFileNames.Pair, in folder: Folder) throws(SinkError) -> FileDescriptor? {
        do throws(SystemError) {
            let isPartial = try folder.contains(name.partial)
            let isPublished = try folder.contains(name.published)
            if isPartial, isPublished { throw SystemError(number: EEXIST) }
            if !isPartial, !isPublished { return nil }
            return try folder.openFile(isPartial ? name.partial : name.published)
        } catch {
            throw error.failure(.io, "go on with \"\(folder.path(of: name.partial))\"")
        }
    }

    /// The hashes to go on from, if the files begin as the checkpoint says.
    func commit(matching checkpoint: StepCheckpoint?) throws(SinkError) -> StepCommit? {
        guard let checkpoint else { return StepCommit() }
        do throws(SystemError) {
            guard let file = try Self.prefix(of: records, checkpoint.file) else { return nil }
            var commit = StepCommit(
                page: checkpoint.page,
                pages: checkpoint.pages,
                records: checkpoint.file.records,
                file: file
            )
            if let wanted = checkpoint.rejects {
                guard let prefix = try Self.prefix(of: rejects, wanted) else { return nil }
                (commit.rejects, commit.rejectLines) = (prefix, wanted.records)
            }
            return commit
        } catch {
            throw error.failure(.io, "read \"\(folder.path(of: names.records.partial))\"")
        }
    }

    /// The last entry of a trail that both files match.
    func lastFitting(_ trail: CheckpointTrail) throws(SinkError) -> Int {
        do throws(SystemError) {
            return try trail.lastFitting(records: records, rejects: rejects)
        } catch {
            throw error.failure(.io, "read \"\(folder.path(of: names.records.partial))\"")
        }
    }

    private static func prefix(
        of file: FileDescriptor?,
        _ wanted: StepCheckpoint.FilePrefix
    ) throws(SystemError) -> LineFile.Prefix? {
        let length = try file?.status().st_size ?? 0
        guard length >= wanted.bytes else { return nil }
        let prefix = LineFile.Prefix(bytes: wanted.bytes, hash: try file?.hash(upTo: wanted.bytes) ?? .init())
        return HexText.lowercase(prefix.hash.finalize()) == wanted.sha256 ? prefix : nil
    }

    /// Cuts both files back to what counts and gives them their first names again.
    ///
    /// - Returns: nothing where the step has no file and needs none yet.
    func cut(to commit: StepCommit) throws(SinkError) -> RestoredStep? {
        do throws(SystemError) {
            guard records != nil || commit.page != nil || commit.rejects.bytes > 0 else { return nil }
            let records = try take(names.records, records, upTo: commit.file.bytes)
            var rejects: FileDescriptor?
            if commit.rejects.bytes > 0 {
                rejects = try take(names.rejects, self.rejects, upTo: commit.rejects.bytes)
            } else {
                try folder.remove(names.rejects.partial)
                try folder.remove(names.rejects.published)
            }
            try folder.sync()
            return RestoredStep(records: records, rejects: rejects, commit: commit)
        } catch {
            throw error.failure(.io, "go on with \"\(folder.path(of: names.records.partial))\"")
        }
    }

    private func take(
        _ name: StepFileNames.Pair,
        _ file: FileDescriptor?,
        upTo end: Int
    ) throws(SystemError) -> FileDescriptor {
        guard let file else { return try folder.makeFile(name.partial) }
        // A begun step has nothing under a final name: it may yet change.
        if try folder.contains(name.published) { try folder.rename(name.published, to: name.partial) }
        if try file.status().st_size > end { try folder.calls.truncateFile(file, to: end) }
        // What is counted on from here must not be in memory only.
        try folder.calls.syncFile(file)
        return file
    }
}
