import Glibc
package import JobExecution
package import JobSpec

/// The runs whose results are kept under a folder, `<root>/<job>/<run>`.
///
/// It looks at names that can be a job's and a run's alone, and follows no symbolic link below its root.
package struct RunCatalogue: Sendable {
    /// The folder of all results.
    package let root: String
    let calls: SystemCalls

    /// The runs under `root`; nothing is read yet.
    package init(root: String, calls: SystemCalls = .system) {
        self.root = root
        self.calls = calls
    }

    /// The runs of a job, or of all jobs, the newest last. Where there is no such folder there are none.
    ///
    /// - Throws: `io` where a folder can't be read.
    package func runs(of job: StepID? = nil) async throws(SinkError) -> [RunListing] {
        try await DiskQueue(label: "runs").run { () throws(SinkError) in
            var listings: [RunListing] = []
            for place in try jobs(job) {
                let holder = JobLock.holder(in: place.folder)
                for run in try place.runs() {
                    listings.append(.read(RunPlace(place.folder, job: place.job, run: run), holder: holder))
                }
            }
            return listings.sorted { ($0.id, $0.job) < ($1.id, $1.job) }
        }
    }

    /// Finds a run by its id, or by the path of its folder, also through a link such as `latest`.
    ///
    /// - Throws: `input` where there is none, or where two jobs have a run of that id; `io` where a folder can't be read.
    package func find(_ reference: String) async throws(SinkError) -> RunListing {
        try await DiskQueue(label: "runs").run { () throws(SinkError) in
            let place = try self.place(reference)
            return .read(place, holder: JobLock.holder(in: place.jobFolder))
        }
    }

    /// The newest run of a job, those left out that died before they had begun.
    ///
    /// - Throws: `input` where it has none, `io` where a folder can't be read.
    package func last(of job: StepID) async throws(SinkError) -> RunListing {
        try await DiskQueue(label: "runs").run { () throws(SinkError) in
            for place in try jobs(job) {
                for run in try place.runs().reversed() {
                    let run = RunPlace(place.folder, job: job, run: run)
                    guard run.hasBegun else { continue }
                    return .read(run, holder: JobLock.holder(in: place.folder))
                }
            }
            throw SinkError(.input, "the job \"\(job)\" has no run under \"\(root)\"", help: "start one first")
        }
    }

    private func place(_ reference: String) throws(SinkError) -> RunPlace {
        guard let id = RunID(reference) else { return try RunPlace(path: reference, calls: calls) }
        var found: [RunPlace] = []
        for place in try jobs(nil) where try place.runs().contains(id) {
            found.append(RunPlace(place.folder, job: place.job, run: id))
        }
        if found.count == 1 { return found[0] }
        if found.isEmpty {
            throw SinkError(
                .input,
                "there is no run \(id) under \"\(root)\"",
                help: "`runner runs` lists the runs that there are; those elsewhere need `--output DIR`"
            )
        }
        throw SinkError(
            .input,
            "several jobs have a run \(id)",
            help: "name its folder: " + found.map { $0.jobFolder.path(of: id.name) }.joined(separator: ", ")
        )
    }

    /// The folders of a job, or of all, by their names.
    func jobs(_ wanted: StepID?) throws(SinkError) -> [JobPlace] {
        do throws(SystemError) {
            let root: Folder
            do throws(SystemError) {
                root = try Folder.opening(self.root, calls: calls)
            } catch  where error.number == ENOENT {
                return []
            }
            let names = if let wanted { [wanted] } else { try root.names().compactMap { StepID($0) }.sorted() }
            var jobs: [JobPlace] = []
            for job in names {
                do throws(SystemError) {
                    jobs.append(JobPlace(job: job, folder: try root.folder(job.name)))
                } catch  where [ENOENT, ENOTDIR, ELOOP].contains(error.number) {}
            }
            return jobs
        } catch {
            throw error.failure(.io, "read the folder \"\(root)\"")
        }
    }
}

/// The folder of a job.
struct JobPlace: Sendable {
    let job: StepID
    let folder: Folder

    /// The greatest name of a run, whatever is there under it.
    func newest() throws(SinkError) -> RunID? {
        do throws(SystemError) {
            return try folder.names().lazy.compactMap { RunID($0) }.max()
        } catch {
            throw error.failure(.io, "read the folder \"\(folder.path)\"")
        }
    }

    /// Its runs, the newest last.
    func runs() throws(SinkError) -> [RunID] {
        do throws(SystemError) {
            var runs: [RunID] = []
            for name in try folder.names() {
                if let run = RunID(name), try folder.isFolder(name) { runs.append(run) }
            }
            return runs.sorted()
        } catch {
            throw error.failure(.io, "read the folder \"\(folder.path)\"")
        }
    }
}
