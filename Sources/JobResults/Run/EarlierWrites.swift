import JobExecution
import JobSpec

/// Whether the earlier runs of a job leave a new one free to send its writes: one that stopped short can be resumed, and
/// what took effect there would be sent again.
///
/// The runs are gone through from the newest on. One that has written in some step after another was begun with a
/// person's word on that, so of each step the newest run with an effect there decides, and nothing older is read once
/// every step that will write is decided.
struct EarlierWrites: Sendable {
    /// What the new run will write.
    let planned: PlannedWrites

    /// How an earlier run stands.
    private enum Standing {
        /// It has changed nothing where the new run will write.
        case withoutEffect
        /// It went through after writes in these steps.
        case settled(Set<StepID>)
        /// It can be resumed, and has writes in these steps that took effect or may have.
        case unfinished(Set<StepID>, JournalReplay)
    }

    /// Refuses a new run while an earlier one stands in the middle of its writes. To be called with the job's lock.
    ///
    /// - Throws: `unfinishedWrites`, also where an earlier run that may have written can't be read; `io` where the job's
    ///   folder can't be.
    func check(_ job: JobPlace) throws(SinkError) {
        var decided: Set<StepID> = []
        for run in try job.runs().reversed() {
            if decided.isSuperset(of: planned.steps) { return }
            let place = RunPlace(job.folder, job: job.job, run: run)
            guard place.hasBegun else { continue }
            switch try standing(of: place, decided) {
            case .withoutEffect: continue
            case .settled(let steps): decided.formUnion(steps)
            case .unfinished(let steps, let replay):
                if !decided.isSuperset(of: steps) { throw Self.unfinished(place, replay) }
            }
        }
    }

    private func standing(of place: RunPlace, _ decided: Set<StepID>) throws(SinkError) -> Standing {
        var kept: PlannedWrites?
        do throws(SinkError) {
            let folder = try place.open()
            kept = (try? folder.readFile(RunFolder.planFile, limit: RunFolder.planLimit))
                .flatMap { PlannedWrites(document: $0) }
            if let kept, kept.steps.isEmpty || !kept.mayShareAPI(with: planned) { return .withoutEffect }
            let manifest = try ManifestSummary(in: folder)
            if let manifest, manifest.state == .done {
                return .settled(manifest.activeSteps.intersection(kept?.steps ?? []))
            }
            return try standing(JournalFile(in: folder, isReadOnly: true), manifest, isKnownAPI: kept != nil)
        } catch {
            if let kept, decided.isSuperset(of: kept.steps) { return .withoutEffect }
            throw Self.unreadable(place, error)
        }
    }

    private func standing(
        _ journal: JournalFile,
        _ manifest: ManifestSummary?,
        isKnownAPI: Bool
    ) throws(SinkError) -> Standing {
        let replay = try journal.replay().0
        guard let header = replay.header else {
            throw SinkError(.io, "the journal \"\(journal.path)\" has no whole line")
        }
        guard isKnownAPI || header.environment == planned.environment else { return .withoutEffect }
        let effective = replay.steps.filter { $0.value.doneCount > 0 || !$0.value.unknownCalls.isEmpty }
        guard !effective.isEmpty else { return .withoutEffect }
        // A run that went through has left nothing but the steps that failed; any other one has more to do.
        let open = effective.filter { step in
            manifest?.state != .partial || step.value.finished == nil || !step.value.unknownCalls.isEmpty
        }
        return open.isEmpty ? .settled(Set(effective.keys)) : .unfinished(Set(open.keys), replay)
    }

    private static func unfinished(_ place: RunPlace, _ replay: JournalReplay) -> SinkError {
        let done = replay.steps.values.reduce(0) { $0 + $1.doneCount }
        let unknown = replay.unknownCalls.count
        var facts: [String] = []
        if done > 0 { facts.append(done == 1 ? "1 call took effect" : "\(done) calls took effect") }
        if unknown > 0 {
            let calls = unknown == 1 ? "1 call" : "\(unknown) calls"
            facts.append("of \(calls) nobody knows whether \(unknown == 1 ? "it" : "they") did")
        }
        return SinkError(
            .unfinishedWrites,
            "the run \(place.run) of `\(place.job)` stopped in the middle of its writes: "
                + facts.joined(separator: ", "),
            help: "go on with it, and nothing is sent twice: runner resume \(place.path)"
        )
    }

    private static func unreadable(_ place: RunPlace, _ error: SinkError) -> SinkError {
        SinkError(
            .unfinishedWrites,
            "nobody can tell whether the run \(place.run) of `\(place.job)` stopped in the middle of its writes: "
                + error.message,
            help: "look at it with `runner show \(place.path)`; once it can be read, go on with it: "
                + "runner resume \(place.path)"
        )
    }
}
