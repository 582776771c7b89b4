import JobExecution
import JobSpec

extension RunListing {
    /// Looks at a run: at its manifest, and where that is not enough at its journal, line by line.
    ///
    /// - Parameter holder: who has the job's lock now.
    static func read(_ place: RunPlace, holder: JobLock.Holder) -> RunListing {
        var listing = RunListing(place, state: .crashed)
        guard place.hasBegun else {
            listing.judge(holder)
            return listing
        }
        do throws(SinkError) {
            let folder = try place.open()
            let manifest = try ManifestSummary(in: folder)
            if let manifest { listing.take(manifest) }
            if manifest?.state != .done { try listing.takeJournal(folder, hasManifest: manifest != nil) }
        } catch {
            listing.problem = error.message
            // Nobody can say that there is nothing left to settle.
            listing.isResumable = listing.state != .done
        }
        listing.judge(holder)
        return listing
    }

    /// Takes the job's lock into account. A process that has not said which run it has may have any that has no end.
    private mutating func judge(_ holder: JobLock.Holder) {
        let isRunning =
            switch holder {
            case .nobody: false
            case .run(let run, _): run == id && state != .done
            case .unnamed: state == .crashed
            }
        guard isRunning else { return }
        state = .running
        isResumable = false
    }

    private mutating func take(_ manifest: ManifestSummary) {
        state = State(manifest.state)
        started = manifest.started
        environment = manifest.environment
        duration = manifest.duration
        records = manifest.records
        calls = manifest.calls
        failures = manifest.failures
        isResumable = manifest.isResumable()
    }

    private mutating func takeJournal(_ folder: Folder, hasManifest: Bool) throws(SinkError) {
        let file = try JournalFile(in: folder, isReadOnly: true)
        let replay = try file.replay().0
        unknown = replay.unknownCalls
        if !unknown.isEmpty { isResumable = true }
        rejects = replay.rejects
        guard !hasManifest else { return }
        if let ended = replay.ended { state = State(ended) }
        started = replay.opening?.at
        environment = replay.header?.environment
        isResumable = replay.opening != nil
        // It has left something, so it had begun.
        if !isResumable { problem = "the journal \"\(file.path)\" has no whole line" }
        if let first = started.flatMap(Timestamp.instant), let last = replay.lastAt.flatMap(Timestamp.instant) {
            duration = max(.zero, last - first)
        }
        for history in replay.steps.values {
            records += history.finished?.report.records ?? history.checkpoint?.file.records ?? 0
            calls += history.finished?.report.calls ?? max(history.callCount, history.checkpoint?.pages ?? 0)
        }
    }
}

extension RunListing.State {
    fileprivate init(_ state: RunState) {
        self =
            switch state {
            case .done: .done
            case .partial: .partial
            case .failed: .failed
            case .stopped: .stopped
            }
    }
}
