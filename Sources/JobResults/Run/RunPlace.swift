import Glibc
import JobExecution
import JobSpec

/// Where the folder of a run is that was made before: `<root>/<job>/<run>`.
struct RunPlace: Sendable {
    /// The folder above, which has the lock.
    let jobFolder: Folder
    let job: StepID
    let run: RunID

    /// The run's folder, for messages.
    var path: String { jobFolder.path(of: run.name) }

    /// Finds the run whose folder is at `path`, be it through links as `latest` is one.
    ///
    /// - Throws: `input` where no run's folder is there.
    init(path: String, calls: SystemCalls = .system) throws(SinkError) {
        guard let real = Self.realPath(path) else {
            throw SinkError(
                .input,
                "can't find the run \"\(path)\": \(SystemError(number: errno).meaning)",
                help: "`runner runs` lists the runs that there are; those elsewhere need `--output DIR`"
            )
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

    /// Whether there is anything of the run: no record, no account, and no whole line in its journal means that it died
    /// before it could do anything. Where its folder can't be read, nobody can say so.
    var hasBegun: Bool {
        do throws(SystemError) {
            let folder = try jobFolder.folder(run.name)
            let names = Set(try folder.names())
            if names.contains(where: { $0 != Journal.fileName && $0.contains(".ndjson") }) { return true }
            if names.contains(Manifest.fileName) { return true }
            return names.contains(Journal.fileName) ? try Self.hasLine(folder.openToRead(Journal.fileName)) : false
        } catch {
            return true
        }
    }

    private static func hasLine(_ file: FileDescriptor) throws(SystemError) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        var offset = 0
        while true {
            var span = chunk.mutableSpan
            let count = try span.withUnsafeMutableBytes { buffer throws(SystemError) in
                try file.read(at: offset, into: buffer)
            }
            if chunk[..<count].contains(UInt8(ascii: "\n")) { return true }
            if count == 0 { return false }
            offset += count
        }
    }

    private static func realPath(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }
}
