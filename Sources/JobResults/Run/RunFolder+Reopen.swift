import Glibc
import JSONBytes
package import JobExecution
package import JobSpec
package import Secrets

extension RunFolder {
    /// A plan that a person accepted in place of the one that the run began with.
    package struct AcceptedPlan: Sendable {
        /// In lower-case hexadecimal.
        package let hash: String
        /// The plan's JSON.
        package let json: [UInt8]

        /// Puts the parts together.
        package init(hash: String, json: [UInt8]) {
            self.hash = hash
            self.json = json
        }
    }

    /// The greatest plan that is read.
    static let planLimit = 64 << 20

    /// Goes on with a run that was interrupted, however it was: takes the job's lock, reads the journal, cuts a torn
    /// line off it, and cuts the files of begun steps back to their last commit. Where a loss of power has taken more of
    /// a file, its last state that is still there counts, and the journal says so.
    ///
    /// A step that has not finished has nothing under a final name afterwards, even if its file had got it already.
    ///
    /// - Parameters:
    ///   - path: the run's folder, also through a link.
    ///   - version: that of the command which goes on.
    ///   - plan: the plan to go on with where it is another than before.
    ///   - redactor: goes over every text in journal and manifest.
    ///   - calls: what a test may let fail.
    ///   - wall: the time for people.
    ///   - clock: the time between forced writes.
    /// - Throws: `input` where there is no such run or where it has nothing left to do, `locked` while a run of the job lives, `io`
    ///   where the journal is damaged or a file can't be read, cut or written. Then it can be tried again.
    package static func reopen(
        path: String,
        version: String? = nil,
        plan: AcceptedPlan? = nil,
        redactor: Redactor,
        calls: SystemCalls = .system,
        wall: WallClock = .system,
        clock: RunClock = RunClock(ContinuousClock())
    ) async throws(SinkError) -> (RunFolder, ResumePoint, RunHeader) {
        let queue = DiskQueue(label: "results of \(path)")
        return try await queue.run { () throws(SinkError) in
            let place = try RunPlace(path: path, calls: calls)
            let lock = try JobLock(in: place.jobFolder, run: place.run)
            do throws(SinkError) {
                let folder = try place.open()
                let manifest = try ManifestSummary(in: folder)
                if manifest?.state == .done { throw try refusal(ofDone: place) }
                let file = try JournalFile(in: folder, isReadOnly: false)
                var (replay, extent) = try file.replay()
                guard replay.opening?.run == place.run, replay.opening?.job == place.job else {
                    throw SinkError(
                        .io,
                        "the journal \"\(file.path)\" is not the one of this run, or it has no whole line",
                        help: "nothing was called yet if it is empty: start a new run"
                    )
                }
                if let manifest, !manifest.isResumable(replay.unknownCalls) {
                    throw SinkError(
                        .input,
                        "the run \(place.run) went through: the items that it left out stay left out, and there is "
                            + "nothing to resume",
                        help: "start a new run"
                    )
                }
                let journal = try continued(file, extent, folder, queue, wall, redactor)
                let (restored, drops) = try restore(&replay, file, in: folder)
                let state = try note(replay, drops, place, journal, folder, version: version, plan: plan, restored)
                let run = RunFolder(state, place.jobFolder, folder, journal, lock, queue, wall, clock, redactor)
                return (run, replay.resumePoint, state.header)
            } catch {
                lock.clear()
                throw error
            }
        }
    }

    /// What a run began with, for planning it again before it is reopened.
    ///
    /// - Throws: `input` where there is no such run, `io` where its journal can't be read.
    package static func header(at path: String) throws(SinkError) -> RunHeader {
        let file = try JournalFile(in: RunPlace(path: path).open(), isReadOnly: true)
        guard let header = try file.replay().0.header else {
            throw SinkError(.io, "the journal \"\(file.path)\" has no whole line", help: "start a new run")
        }
        return header
    }

    /// Whether a run has done all that it should, so that nothing is left to go on with. One that died before its very
    /// last act, which is to set the link to it, has that done here.
    ///
    /// - Throws: `input` where there is no such run, `io` where its account can't be read.
    package static func isDone(at path: String) async throws(SinkError) -> Bool {
        try await DiskQueue(label: "results of \(path)").run { () throws(SinkError) in
            let place = try RunPlace(path: path)
            guard try ManifestSummary(in: place.open())?.state == .done else { return false }
            // While another run of the job goes on the link is not this one's to set; the next one mends it.
            if let lock = try? JobLock(in: place.jobFolder, run: nil) {
                try? LatestLink(jobFolder: place.jobFolder).mend(to: place.run)
                lock.clear()
            }
            return true
        }
    }

    /// The steps of a run that have sent or kept something and not ended, by their names.
    ///
    /// - Throws: as ``header(at:)`` does.
    package static func begunSteps(at path: String) throws(SinkError) -> [StepID] {
        let file = try JournalFile(in: RunPlace(path: path).open(), isReadOnly: true)
        return try file.replay().0.steps.filter { $0.value.finished == nil && $0.value.hasLeftSomething }.keys.sorted()
    }

    /// The JSON of a run's plan.
    ///
    /// - Throws: `input` where there is no such run, `io` where its plan can't be read.
    package static func planJSON(at path: String) throws(SinkError) -> [UInt8] {
        let folder = try RunPlace(path: path).open()
        do throws(SystemError) {
            return try folder.readFile(planFile, limit: planLimit)
        } catch {
            throw error.failure(.io, "read the run's plan \"\(folder.path(of: planFile))\"")
        }
    }

    /// A run that is done may have died before its very last act: what is missing is only the link to it.
    private static func refusal(ofDone place: RunPlace) throws(SinkError) -> SinkError {
        try LatestLink(jobFolder: place.jobFolder).mend(to: place.run)
        return SinkError(.input, "the run \(place.run) is done: there is nothing to resume", help: "start a new run")
    }

    static func continued(
        _ file: JournalFile,
        _ extent: JournalReader.Extent,
        _ folder: Folder,
        _ queue: DiskQueue,
        _ wall: WallClock,
        _ redactor: Redactor
    ) throws(SinkError) -> Journal {
        do throws(SystemError) {
            return try Journal(
                continuing: file.file,
                after: extent,
                in: folder,
                queue: queue,
                wall: wall,
                redactor: redactor
            )
        } catch {
            throw error.failure(.io, "write to \"\(file.path)\"")
        }
    }

    /// Brings the files of begun steps to a state that the journal tells of.
    ///
    /// - Returns: the files, and for those that had lost their ends the line to write.
    private static func restore(
        _ replay: inout JournalReplay,
        _ file: JournalFile,
        in folder: Folder
    ) throws(SinkError) -> ([StepID: RestoredStep], [JournalEvent]) {
        var found: [StepID: StepFiles] = [:]
        var commits: [StepID: StepCommit] = [:]
        var lost: Set<StepID> = []
        for (step, history) in replay.steps {
            if let ended = history.finished {
                try check(ended.report, in: folder)
                continue
            }
            let files = try StepFiles(step, in: folder)
            found[step] = files
            commits[step] = try files.commit(matching: history.checkpoint)
            if commits[step] == nil { lost.insert(step) }
        }
        var drops: [JournalEvent] = []
        if !lost.isEmpty {
            var options = JournalReplay.Options()
            options.keepsAllCalls = lost
            for (step, trail) in try file.trails(of: lost) {
                options.lastFitting[step] = try found[step]?.lastFitting(trail) ?? 0
            }
            replay = try file.replay(options).0
            for step in lost.sorted() {
                guard let history = replay.steps[step] else { continue }
                commits[step] = try found[step]?.commit(matching: history.checkpoint) ?? StepCommit()
                let checkpoint = commits[step]?.checkpoint ?? StepCommit().checkpoint
                drops.append(.recordsDropped(step, checkpoint, skippedItems: history.skippedItems))
            }
        }
        var restored: [StepID: RestoredStep] = [:]
        for (step, files) in found {
            if let commit = commits[step] { restored[step] = try files.cut(to: commit) }
        }
        return (restored, drops)
    }

    /// Refuses to go on where the records of a finished step are no longer there.
    private static func check(_ report: StepReport, in folder: Folder) throws(SinkError) {
        for file in [report.file, report.rejects] {
            guard let file else { continue }
            let size: Int
            do throws(SystemError) {
                size = Int(try folder.openToRead(file.name).status().st_size)
            } catch {
                throw error.failure(.io, "read \"\(folder.path(of: file.name))\", which the finished step left")
            }
            guard size == file.bytes else {
                throw SinkError(
                    .io,
                    "\"\(folder.path(of: file.name))\" was changed: it has \(size) bytes, the step left \(file.bytes)",
                    help: "put it back as it was, or start a new run"
                )
            }
        }
    }

    /// Writes down that the run goes on, and from where.
    private static func note(
        _ replay: JournalReplay,
        _ drops: [JournalEvent],
        _ place: RunPlace,
        _ journal: Journal,
        _ folder: Folder,
        version: String?,
        plan: AcceptedPlan?,
        _ restored: [StepID: RestoredStep]
    ) throws(SinkError) -> ReopenedRun {
        guard var header = replay.header, let opening = replay.opening else {
            throw SinkError(.io, "the journal of the run \(place.run) has no whole line")
        }
        let attempt = replay.attempt + 1
        let isNewPlan = plan.map { $0.hash != header.planHash } ?? false
        if let version { header.version = version }
        if let plan {
            header.planHash = plan.hash
            try folder.replaceFile(planFile, with: plan.json)
        }
        for drop in drops { try journal.append(drop) }
        try journal.append(
            .runResumed(attempt: attempt, version: header.version, planHash: isNewPlan ? header.planHash : nil)
        )
        try journal.syncNow()
        try folder.removeDurably(Manifest.fileName)
        var state = ReopenedRun(
            id: place.run,
            job: place.job,
            header: header,
            attempt: attempt,
            started: Timestamp.instant(opening.at) ?? .zero
        )
        state.restored = restored
        for (step, history) in replay.steps {
            guard let report = history.finished?.report, let file = report.file else { continue }
            state.published.add(step, file, rejects: report.rejects)
        }
        return state
    }
}

extension JournalReplay {
    /// The form for the executor.
    var resumePoint: ResumePoint {
        var point = ResumePoint()
        for (step, history) in steps {
            if let finished = history.finished {
                point.finished[step] = finished
            } else {
                point.begun[step] = history.begun
            }
        }
        return point
    }
}
