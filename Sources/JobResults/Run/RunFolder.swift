import Glibc
package import JSONBytes
package import JobExecution
package import JobSpec
import Secrets
import Synchronization

/// The folder of one run, `<root>/<job>/<run>/`: a file for each step, the journal, and at the end the manifest.
///
/// While it lives, no other run of the job can start. Folders have the mode 0700 and files 0600, whatever the umask.
package final class RunFolder: RunSink {
    /// The run.
    package let id: RunID
    /// Its job, which names the folder above.
    package let job: StepID
    /// The folder, as `root` was given: `results/nightly/20261124T053703Z-3f9a1c`.
    package var path: String { folder.path }

    /// How often the run was started and resumed: 1 for a new one.
    package let attempt: Int

    private let header: RunHeader
    private let jobFolder: Folder
    private let folder: Folder
    private let journal: Journal
    private let queue: DiskQueue
    private let wall: WallClock
    private let clock: RunClock
    private let redactor: Redactor
    private let started: Duration
    private let published: PublishedFiles
    /// What an interrupted run left, until its step takes it.
    private let restored: Mutex<[StepID: RestoredStep]>
    /// Nothing once the run is finished.
    private let lock: Mutex<JobLock?>
    /// Nothing once the run has begun.
    private let beginning: Mutex<Beginning?>

    /// In the run's folder: the plan's JSON, as the run began with it or as a person accepted it since.
    package static let planFile = "plan.json"

    /// What a new run has still to put on the disk.
    struct Beginning: Sendable {
        let plan: [UInt8]?
        /// The folders with new entries, those of its journal among them.
        let changed: [Folder]
    }

    /// Keeps the plan of a new run, and waits until that, the first line of the journal, and all folders that were made
    /// are on the disk. Until then nothing may be done that a resume would have to know of. The lock is given back where
    /// this throws. A run that was reopened has begun.
    ///
    /// - Throws: `io`, `cannotCreate`.
    package func begin() async throws(SinkError) {
        guard let beginning = beginning.withLock({ $0.take() }) else { return }
        do throws(SinkError) {
            try await queue.run { () throws(SinkError) in
                if let plan = beginning.plan {
                    try self.folder.prepareFile(Self.planFile, with: plan)
                    try self.folder.putFile(Self.planFile)
                }
                try self.journal.append(.runStarted(self.id, job: self.job, self.header))
                // The journal first: on most file systems that takes the names along, and the folders have nothing left to
                // wait for.
                try self.journal.syncNow()
                for folder in beginning.changed {
                    do throws(SystemError) {
                        try folder.sync()
                    } catch {
                        throw error.failure(.cannotCreate, "make the run's folder \"\(self.path)\"")
                    }
                }
            }
        } catch {
            close()
            throw error
        }
    }

    /// Puts the parts of a run together.
    ///
    /// - Parameter beginning: what ``begin()`` has to do; nothing for a run that has begun.
    init(
        _ state: ReopenedRun,
        _ jobFolder: Folder,
        _ folder: Folder,
        _ journal: Journal,
        _ lock: JobLock,
        _ queue: DiskQueue,
        _ wall: WallClock,
        _ clock: RunClock,
        _ redactor: Redactor,
        _ beginning: Beginning? = nil
    ) {
        id = state.id
        job = state.job
        header = state.header
        attempt = state.attempt
        started = state.started
        published = state.published
        restored = Mutex(state.restored)
        self.jobFolder = jobFolder
        self.folder = folder
        self.journal = journal
        self.lock = Mutex(lock)
        self.beginning = Mutex(beginning)
        self.queue = queue
        self.wall = wall
        self.clock = clock
        self.redactor = redactor
    }

    /// Makes the file of a step, `<step>.ndjson.partial` until it is whole.
    ///
    /// - Throws: `cannotCreate`, also where the step has a file already or would take the journal's name.
    package func open(_ step: StepID) async throws(SinkError) -> any RecordSink { try await openFile(step) }

    /// The path of a step's records under their final name, those of before a resume included.
    package func publishedFile(of step: StepID) -> String? {
        published[step].map { folder.path(of: $0.records.name) }
    }

    /// Reads an input once, of any size, for its SHA-256.
    ///
    /// - Throws: `input` where it is missing, no regular file, or may not be read; `io` where reading fails.
    package func digest(ofInput path: String) async throws(SinkError) -> InputDigest {
        // Its own queue: hours of reading must not hold up the journal.
        try await DiskQueue(label: "input of \(job)").run { () throws(SinkError) in try InputDigest(ofFile: path) }
    }

    /// The same for a list of items.
    package func digest(ofItems items: [JSONValue]) -> InputDigest { InputDigest(ofItems: items) }

    /// Notes an event in the journal. Of a page nothing is written here: its commit has done that, with the file's
    /// length. The beginning of a step is on the disk when this returns, and with it the end of the step before; the end
    /// of the last one is there before the manifest is.
    ///
    /// - Throws: `io`.
    package func record(_ entry: RunEvent) async throws(SinkError) {
        switch entry {
        case .pageCommitted: return
        case .stepFinished(let report, let outputs):
            try await journal.record(.happened(.stepFinished(published.completed(report), outputs: outputs)))
        default: try await journal.record(.happened(entry))
        }
    }

    /// Ends the run, however it went: its last line in the journal, the manifest, and if all is done, the link
    /// `latest`. Then another run of the job may start, also where this throws.
    ///
    /// - Throws: `io`.
    package func finish(report: RunReport) async throws(SinkError) {
        defer { lock.withLock { $0 = nil } }
        var report = report
        report.steps = report.steps.map(published.completed)
        try await finish(RunState(report), report)
    }

    private func finish(_ state: RunState, _ report: RunReport) async throws(SinkError) {
        let manifest = Manifest(
            run: id,
            job: job,
            header: header,
            attempt: attempt,
            started: started,
            finished: wall.now(),
            report: report,
            redactor: redactor
        )
        try await queue.run { () throws(SinkError) in
            let noted = self.note(.runFinished(state, report), beside: manifest)
            // A manifest helps all the more, but one that says that all steps had their turn, so that nothing is left for a
            // resume, would promise too much.
            if [.done, .partial].contains(state) { try noted.journal.get() }
            try noted.manifest.get()
            try self.folder.putFile(Manifest.fileName)
            // Both names wait for the disk together: should a loss of power leave the link alone, it leads to a run whose
            // files are whole and whose journal says `done`.
            let linked = Result { () throws(SinkError) in
                if state == .done { try self.jobFolder.putLink(LatestLink.name, to: self.id.name) }
            }
            try self.folder.syncNames(after: "write \"\(self.folder.path(of: Manifest.fileName))\"")
            try linked.get()
            if state == .done {
                let link = self.jobFolder.path(of: LatestLink.name)
                try self.jobFolder.syncNames(after: "point the link \"\(link)\" at the run \"\(self.id)\"")
            }
            self.lock.withLock { $0?.clear() }
            try noted.journal.get()
        }
    }

    /// Puts the last line of the journal and the manifest, under a name that nobody looks for, on the disk.
    private func note(
        _ event: JournalEvent,
        beside manifest: Manifest
    ) -> (journal: Result<Void, SinkError>, manifest: Result<Void, SinkError>) {
        let appended = Result { () throws(SinkError) in try journal.append(event) }
        let prepared = Result { () throws(SinkError) in
            try folder.prepareFile(Manifest.fileName, with: manifest.bytes)
        }
        // Last, as most file systems have taken the line's metadata along with the manifest's.
        let synced = appended.flatMap { _ in Result { () throws(SinkError) in try journal.syncNow() } }
        return (synced, prepared)
    }

    /// Gives the lock back without an account of the run, which can be resumed.
    package func close() {
        lock.withLock { lock in
            lock?.clear()
            lock = nil
        }
    }

    /// Opens a step's file, as ``open(_:)`` does.
    func openFile(_ step: StepID) async throws(SinkError) -> NDJSONFile {
        let name = StepFileNames(step).records
        guard name.published != Journal.fileName else {
            throw SinkError(
                .cannotCreate,
                "the step \"\(step)\" can't have a file: \"\(name.published)\" is the run's journal",
                help: "give the step another id"
            )
        }
        let restored = restored.withLock { $0.removeValue(forKey: step) }
        return try await queue.run { () throws(SinkError) in
            do throws(SystemError) {
                if try self.folder.contains(name.published) { throw SystemError(number: EEXIST) }
                return try NDJSONFile(
                    step: step,
                    folder: self.folder,
                    journal: self.journal,
                    queue: self.queue,
                    clock: self.clock,
                    restored: restored,
                    published: self.published
                )
            } catch {
                throw error.failure(.cannotCreate, "make \"\(self.folder.path(of: name.partial))\"")
            }
        }
    }
}
