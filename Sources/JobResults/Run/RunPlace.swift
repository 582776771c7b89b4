import Glibc
import JobExecution
import JobSpec

/// Where the folder of a run is that was made before: `<root>/<job>/<run>`.
struct RunPlace: Sendable {
    /// The folder above, which has the lock.
    let jobFolder: Folder
    let job: StepID
    let run: RunID

    /// Finds the run whose folder is at `path`, be it through links as `latest` is one.
    ///
    /// - Throws: `input` where no run's folder is there.
    init(path: String, calls: SystemCalls = .system) throws(SinkError) {
        guard let real = Self.realPath(path) else {
            throw SystemError(number: errno).failure(.input, "find the run \"\(path)\"")
        }
        let parts = real.split(separator: "/")
        guard let run = parts.last.flatMap({ RunID(String($0)) }),
            let job = parts.dropLast().last.flatMap({ StepID(String($0)) })
        else {
            throw SinkError(
                .input,
                "\"\(path)\" is not the folder of a run",
                help: "`runner runs` lists the runs that there are"
            )
        }
        // As the person named it where that shows job and run, so that messages do.
        let name = "\(job)/\(run)"
        let given = path.hasSuffix("/") ? String(path.dropLast()) : path
        let parent = given == name || given.hasSuffix("/\(name)") ? given : real
        self.job = job
        self.run = run
        jobFolder = try Folder.existing(String(parent.dropLast(run.name.utf8.count + 1)), calls: calls)
    }

    /// A run in a job's folder that is open.
    init(_ jobFolder: Folder, job: StepID, run: RunID) {
        self.jobFolder = jobFolder
        self.job = job
        self.run = run
    }

    /// Opens the run's folder itself.
    ///
    /// - Throws: `input` where it is gone or a link.
    func open() throws(SinkError) -> Folder {
        do throws(SystemError) {
            return try jobFolder.folder(run.name)
        } catch {
            throw error.failure(.input, "open the run's folder \"\(jobFolder.path(of: run.name))\"")
        }
    }

    private static func realPath(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }
}
