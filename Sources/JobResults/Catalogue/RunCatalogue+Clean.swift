import Glibc
package import JobExecution
package import JobSpec

extension RunCatalogue {
    /// What came of cleaning up.
    package struct Cleaning: Hashable, Sendable {
        /// The runs that are gone, the newest last.
        package fileprivate(set) var removed: [RunListing] = []
        /// Old runs that are still there because they can be resumed.
        package fileprivate(set) var spared: [RunListing] = []
    }

    /// Removes old runs of a job, or of each job, with all their files. The newest `keep` of those that had begun stay,
    /// as do one that is going on and, unless asked for, those that can be resumed. `latest` leads to the newest run that
    /// is done and still there, or is removed with the last one.
    ///
    /// - Throws: `io` where a folder can't be read or an entry can't be removed. What was removed before is gone.
    package func clean(
        job: StepID? = nil,
        keep: Int,
        includingResumable: Bool = false
    ) async throws(SinkError) -> Cleaning {
        try await DiskQueue(label: "clean").run { () throws(SinkError) in
            var cleaning = Cleaning()
            for place in try jobs(job) {
                let (removed, spared) = try place.clean(keep: max(0, keep), includingResumable: includingResumable)
                cleaning.removed += removed
                cleaning.spared += spared
            }
            cleaning.removed.sort { ($0.id, $0.job) < ($1.id, $1.job) }
            cleaning.spared.sort { ($0.id, $0.job) < ($1.id, $1.job) }
            return cleaning
        }
    }
}

extension JobPlace {
    /// What a run's folder is called while it is being removed: a death in between leaves nothing that looks like a run.
    private static func nameOfRemoved(_ run: RunID) -> String { ".\(run).removed" }

    fileprivate func clean(
        keep: Int,
        includingResumable: Bool
    ) throws(SinkError) -> (removed: [RunListing], spared: [RunListing]) {
        // With the lock, no run can start or be resumed meanwhile. Without it a run is going on, so none can be resumed.
        let lock: JobLock?
        do throws(SinkError) {
            lock = try JobLock(in: folder, run: nil)
        } catch {
            guard error.kind == .locked else { throw error }
            lock = nil
        }
        defer { lock?.clear() }
        try removeLeftovers()
        let places = try runs().map { RunPlace(folder, job: job, run: $0) }
        let kept = Set(places.filter(\.hasBegun).suffix(keep).map(\.run))
        var removed: [RunListing] = []
        var spared: [RunListing] = []
        for place in places where !kept.contains(place.run) {
            let run = place.run
            let holder = lock == nil ? JobLock.holder(in: folder) : .nobody
            let listing = RunListing.read(place, holder: holder)
            guard listing.state != .running, !holder.mayBe(run) else { continue }
            guard includingResumable || !listing.isResumable else {
                spared.append(listing)
                continue
            }
            try remove(run)
            removed.append(listing)
        }
        if !removed.isEmpty { try repairLatest() }
        return (removed, spared)
    }

    private func remove(_ run: RunID) throws(SinkError) {
        let name = Self.nameOfRemoved(run)
        do throws(SystemError) {
            try folder.rename(run.name, to: name)
            try folder.removeTree(name)
            try folder.sync()
        } catch {
            throw error.failure(.io, "remove \"\(folder.path(of: run.name))\"")
        }
    }

    /// What a death has left of an earlier removal.
    private func removeLeftovers() throws(SinkError) {
        do throws(SystemError) {
            for name in try folder.names() where name.hasPrefix(".") && name.hasSuffix(".removed") {
                guard let run = RunID(String(name.dropFirst().dropLast(8))), Self.nameOfRemoved(run) == name else {
                    continue
                }
                try folder.removeTree(name)
            }
        } catch {
            throw error.failure(.io, "remove what is left of removed runs in \"\(folder.path)\"")
        }
    }

    private func repairLatest() throws(SinkError) {
        let link = LatestLink.name
        do throws(SystemError) {
            // Only one that this program made, and only where it leads to nothing.
            guard let run = RunID(try folder.linkTarget(link) ?? ""), try !folder.contains(run.name) else { return }
        } catch {
            throw error.failure(.io, "read \"\(folder.path(of: link))\"")
        }
        for run in try runs().reversed() {
            guard try ManifestSummary(in: RunPlace(folder, job: job, run: run).open())?.state == .done else { continue }
            return try folder.replaceLink(link, to: run.name)
        }
        try folder.removeDurably(link)
    }
}
