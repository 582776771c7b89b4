import Glibc
package import JobExecution
package import JobSpec
package import Secrets
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

    private let header: RunHeader
    private let jobFolder: Folder
    private let folder: Folder
    private let journal: Journal
    private let queue: DiskQueue
    private let wall: WallClock
    private let clock: RunClock
    private let redactor: Redactor
    private let started: Duration
    /// Nothing once the run is finished.
    private let lock: Mutex<JobLock?>

    /// The name in the job's folder that leads to the last run that did all that it should.
    package static let latestLink = "latest"

    /// Takes the job's lock, makes the run's folder and starts its journal.
    ///
    /// - Parameters:
    ///   - root: the folder of all results; made if only itself is missing.
    ///   - redactor: goes over every text in journal and manifest.
    ///   - calls: what a test may let fail.
    ///   - wall: the time for people.
    ///   - clock: the time between forced writes.
    /// - Throws: `locked` while another run of the job lives, `cannotCreate` where a folder or file can't be made,
    ///   `io` where the first line can't be written.
    package static func create(
        root: String,
        job: StepID,
        id: RunID,
        header: RunHeader,
        redactor: Redactor,
        calls: SystemCalls = .system,
        wall: WallClock = .system,
        clock: RunClock = RunClock(ContinuousClock())
    ) async throws(SinkError) -> RunFolder {
        let queue = DiskQueue(label: "results of \(job)")
        let run = try await queue.run { () throws(SinkError) in
            try RunFolder(
                root: root,
                job: job,
                id: id,
                header: header,
                redactor: redactor,
                calls: calls,
                wall: wall,
                clock: clock,
                queue: queue
            )
        }
        do throws(SinkError) {
            try await run.journal.record(.runStarted(id, job: job, header))
        } catch {
            run.lock.withLock { $0 = nil }
            throw error
        }
        return run
    }

    private init(
        root: String,
        job: StepID,
        id: RunID,
        header: RunHeader,
        redactor: Redactor,
        calls: SystemCalls,
        wall: WallClock,
        clock: RunClock,
        queue: DiskQueue
    ) throws(SinkError) {
        let root = try Folder.root(root, calls: calls)
        jobFolder = try Self.openOrMake(job.name, in: root)
        lock = Mutex(try JobLock(in: jobFolder, run: id))
        do throws(SystemError) {
            folder = try jobFolder.makeFolder(id.name)
            journal = try Journal(in: folder, queue: queue, wall: wall, redactor: redactor)
            try folder.sync()
        } catch {
            throw error.failure(.cannotCreate, "make the run's folder \"\(jobFolder.path(of: id.name))\"")
        }
        self.job = job
        self.id = id
        self.header = header
        self.redactor = redactor
        self.wall = wall
        self.clock = clock
        self.queue = queue
        started = wall.now()
    }

    /// Makes the file of a step, `<step>.ndjson.partial` until it is whole.
    ///
    /// - Throws: `cannotCreate`, also where the step has a file already or would take the journal's name.
    package func open(_ step: StepID) async throws(SinkError) -> any RecordSink { try await openFile(step) }

    /// Notes an event in the journal. Of a page nothing is written here: its commit has done that, with the file's
    /// length. The beginning and the end of a step are on the disk when this returns.
    ///
    /// - Throws: `io`.
    package func record(_ entry: RunEvent) async throws(SinkError) {
        if case .pageCommitted = entry { return }
        try await journal.record(.happened(entry))
    }

    /// Ends the run, however it went: its last line in the journal, the manifest, and if all is done, the link
    /// `latest`. Then another run of the job may start, also where this throws.
    ///
    /// - Throws: `io`.
    package func finish(report: RunReport) async throws(SinkError) {
        defer { lock.withLock { $0 = nil } }
        let state = RunState(report)
        let manifest = Manifest(
            run: id,
            job: job,
            header: header,
            started: started,
            finished: wall.now(),
            report: report,
            redactor: redactor
        )
        let noted: Result<Void, SinkError>
        do throws(SinkError) {
            noted = .success(try await journal.record(.runFinished(state, report)))
        } catch {
            // A manifest helps all the more, but one that says `done` would promise too much.
            if state == .done { throw error }
            noted = .failure(error)
        }
        try await queue.run { () throws(SinkError) in
            try self.folder.replaceFile(Manifest.fileName, with: manifest.bytes)
            if state == .done { try self.jobFolder.replaceLink(Self.latestLink, to: self.id.name) }
            self.lock.withLock { $0?.clear() }
        }
        try noted.get()
    }

    /// Opens a step's file, as ``open(_:)`` does.
    func openFile(_ step: StepID) async throws(SinkError) -> NDJSONFile {
        let name = NDJSONFile.names(of: step)
        guard name.published != Journal.fileName else {
            throw SinkError(
                .cannotCreate,
                "the step \"\(step)\" can't have a file: \"\(name.published)\" is the run's journal",
                help: "give the step another id"
            )
        }
        return try await queue.run { () throws(SinkError) in
            do throws(SystemError) {
                if try self.folder.contains(name.published) { throw SystemError(number: EEXIST) }
                return try NDJSONFile(
                    step: step,
                    folder: self.folder,
                    journal: self.journal,
                    queue: self.queue,
                    clock: self.clock
                )
            } catch {
                throw error.failure(.cannotCreate, "make \"\(self.folder.path(of: name.partial))\"")
            }
        }
    }

    private static func openOrMake(_ name: String, in root: Folder) throws(SinkError) -> Folder {
        do throws(SystemError) {
            do throws(SystemError) {
                return try root.makeFolder(name)
            } catch  where error.number == EEXIST {
                return try root.folder(name)
            }
        } catch {
            throw error.failure(.cannotCreate, "make the job's folder \"\(root.path(of: name))\"")
        }
    }
}
