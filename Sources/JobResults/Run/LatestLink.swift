import JobExecution
import JobSpec

/// The link `latest` in a job's folder, which leads to the last run that did all that it should.
///
/// It is set after the run's account has its name, so a death in between leaves it one run behind.
struct LatestLink: Sendable {
    /// In the job's folder.
    static let name = "latest"

    let jobFolder: Folder

    /// Lets it lead to a run that is done, as its end should have done.
    ///
    /// What leads to a run that ended later, or is no link of this program, stays.
    ///
    /// - Throws: `io`.
    func mend(to run: RunID) throws(SinkError) {
        let target: String?
        do throws(SystemError) {
            target = try jobFolder.linkTarget(Self.name)
            if target == nil, try jobFolder.contains(Self.name) { return }
        } catch {
            throw error.failure(.io, "read \"\(jobFolder.path(of: Self.name))\"")
        }
        let other = target.flatMap { RunID($0) }
        guard other != run, target == nil || other != nil, let due = try account(of: run), due.state == .done else {
            return
        }
        // One that is gone, or has no account, has nothing on its side.
        if let other, let last = try account(of: other), last.state == .done, last.finished >= due.finished { return }
        try jobFolder.replaceLink(Self.name, to: run.name)
    }

    /// Nothing where the run is gone.
    private func account(of run: RunID) throws(SinkError) -> ManifestSummary? {
        guard let folder = try? jobFolder.folder(run.name) else { return nil }
        return try ManifestSummary(in: folder)
    }
}
