import Glibc
package import JobExecution
package import JobSpec
package import Secrets

extension RunFolder {
    /// Takes the job's lock and makes the run's folder with an empty journal. A call of ``begin()`` must follow, which
    /// waits for the disk.
    ///
    /// The run's id is above those of all others of its job, so that they sort in the order in which they were made.
    ///
    /// - Parameters:
    ///   - root: the folder of all results; made if only itself is missing.
    ///   - id: the run's, unless the job has one already that is not below it.
    ///   - plan: the plan's JSON, for a resume to compare with.
    ///   - writes: what the run will write; earlier runs are not looked at where it writes nothing, or where a person
    ///     says that they don't matter.
    ///   - redactor: goes over every text in journal and manifest.
    ///   - calls: what a test may let fail.
    ///   - wall: the time for people.
    ///   - clock: the time between forced writes.
    /// - Throws: `locked` while another run of the job lives, `unfinishedWrites` while an earlier one stands in the middle
    ///   of its writes, `cannotCreate` where a folder or file can't be made, `io` where the job's folder can't be read.
    package static func create(
        root: String,
        job: StepID,
        id: RunID,
        header: RunHeader,
        plan: [UInt8]? = nil,
        writes: PlannedWrites? = nil,
        redactor: Redactor,
        calls: SystemCalls = .system,
        wall: WallClock = .system,
        clock: RunClock = RunClock(ContinuousClock())
    ) async throws(SinkError) -> RunFolder {
        let queue = DiskQueue(label: "results of \(job)")
        return try await queue.run { () throws(SinkError) in
            var changed: [Folder] = []
            let root = try Folder.root(root, calls: calls, changed: &changed)
            let jobFolder = try openOrMake(job.name, in: root, changed: &changed)
            let lock = try JobLock(in: jobFolder, run: id)
            do throws(SinkError) {
                let place = JobPlace(job: job, folder: jobFolder)
                // Only now: with the lock, no earlier run can go on, nor another one begin.
                if let writes, !writes.steps.isEmpty { try EarlierWrites(planned: writes).check(place) }
                let newest = try place.newest()
                let id = try choose(id, above: newest, lock, in: jobFolder)
                // What died in between was the newest one. A convenience that must not keep a run from starting.
                if let newest { try? LatestLink(jobFolder: jobFolder).mend(to: newest) }
                let (folder, journal) = try makeFolder(id, in: jobFolder, queue, wall, redactor)
                let beginning = Beginning(plan: plan, changed: [folder, jobFolder] + changed)
                let state = ReopenedRun(id: id, job: job, header: header, attempt: 1, started: wall.now())
                return RunFolder(state, jobFolder, folder, journal, lock, queue, wall, clock, redactor, beginning)
            } catch {
                lock.clear()
                throw error
            }
        }
    }

    /// The id to take, with which the lock is named.
    private static func choose(
        _ id: RunID,
        above newest: RunID?,
        _ lock: JobLock,
        in jobFolder: Folder
    ) throws(SinkError) -> RunID {
        var random = SystemRandomNumberGenerator()
        guard let above = id.above(newest, random: &random) else {
            throw SinkError(
                .cannotCreate,
                "no run can come after \"\(jobFolder.path(of: newest?.name ?? ""))\", as years end with 9999",
                help: "remove that folder, or rename it"
            )
        }
        if above != id { try lock.name(above, in: jobFolder) }
        return above
    }

    private static func makeFolder(
        _ id: RunID,
        in jobFolder: Folder,
        _ queue: DiskQueue,
        _ wall: WallClock,
        _ redactor: Redactor
    ) throws(SinkError) -> (Folder, Journal) {
        do throws(SystemError) {
            let folder = try jobFolder.makeFolder(id.name)
            return (folder, try Journal(in: folder, queue: queue, wall: wall, redactor: redactor))
        } catch {
            throw error.failure(.cannotCreate, "make the run's folder \"\(jobFolder.path(of: id.name))\"")
        }
    }

    private static func openOrMake(
        _ name: String,
        in root: Folder,
        changed: inout [Folder]
    ) throws(SinkError) -> Folder {
        do throws(SystemError) {
            do throws(SystemError) {
                let made = try root.makeFolder(name)
                changed.append(root)
                return made
            } catch  where error.number == EEXIST {
                return try root.folder(name)
            }
        } catch {
            throw error.failure(.cannotCreate, "make the job's folder \"\(root.path(of: name))\"")
        }
    }
}
