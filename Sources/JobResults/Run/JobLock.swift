import Glibc
import JSONBytes
import JobExecution

/// The right to run a job: held by one process at a time through `flock(2)`, so the kernel takes it back from a holder
/// that dies, however it dies.
struct JobLock: Sendable {
    /// In the job's folder. It is never removed: two runs could then hold two locks.
    static let fileName = ".lock"

    private let file: FileDescriptor

    private enum Attempt {
        case taken(FileDescriptor)
        case held(by: String)
        case notAFile
    }

    /// Takes the lock of the job whose results are in `folder`, and leaves in the file who has it.
    ///
    /// - Throws: `locked` where another run holds it, `cannotCreate` where the file can't be made.
    init(in folder: Folder, run: RunID) throws(SinkError) {
        let path = folder.path(of: Self.fileName)
        let attempt: Attempt
        do throws(SystemError) {
            attempt = try Self.attempt(in: folder, run: run)
        } catch {
            throw error.failure(.cannotCreate, "lock \"\(path)\"")
        }
        switch attempt {
        case .taken(let file):
            self.file = file
        case .held(let holder):
            throw SinkError(
                .locked,
                "another run of this job is going on: \(holder) holds \"\(path)\"",
                help: "wait until it has finished, or stop it"
            )
        case .notAFile:
            throw SinkError(.cannotCreate, "can't lock \"\(path)\": it is not a regular file", help: "remove it")
        }
    }

    /// Empties the file, so that nobody takes this run for a living one. Dropping the last reference unlocks.
    func clear() { ftruncate(file.number, 0) }

    private static func attempt(in folder: Folder, run: RunID) throws(SystemError) -> Attempt {
        while true {
            let file = try folder.openOrMakeFile(fileName)
            let opened = try Self.status { fstat(file.number, &$0) }
            guard opened.st_mode & S_IFMT == S_IFREG else { return .notAFile }
            do throws(SystemError) {
                _ = try repeating { Int(flock(file.number, LOCK_EX | LOCK_NB)) }
            } catch  where error.number == EWOULDBLOCK {
                return .held(by: holder(in: file))
            }
            // If somebody removed the file in between, the lock is on one that nobody else will find.
            let named = try? Self.status { fstatat(folder.descriptor.number, fileName, &$0, AT_SYMLINK_NOFOLLOW) }
            guard named?.st_ino == opened.st_ino, named?.st_dev == opened.st_dev else { continue }
            try note(run, in: file, calls: folder.calls)
            return .taken(file)
        }
    }

    private static func status(_ call: (inout stat) -> Int32) throws(SystemError) -> stat {
        var status = stat()
        _ = try repeating { Int(call(&status)) }
        return status
    }

    /// Writes who holds the lock: for the message to others, never to decide anything.
    private static func note(_ run: RunID, in file: FileDescriptor, calls: SystemCalls) throws(SystemError) {
        let value: JSONValue = ["pid": .number(Int(getpid())), "run": .string(run.name)]
        try calls.truncateFile(file, to: 0)
        let line = Array((value.jsonText + "\n").utf8)
        try line.span.bytes.withUnsafeBytes { bytes throws(SystemError) in try calls.writeAll(bytes, to: file) }
    }

    private static func holder(in file: FileDescriptor) -> String {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = bytes.withUnsafeMutableBytes { (try? file.read(at: 0, into: $0)) ?? 0 }
        guard let value = try? JSONParser.parse(Array(bytes.prefix(count))), let run = value["run"]?.text,
            let id = RunID(run), case .number(let number)? = value["pid"], let pid = number.intValue
        else { return "a process that has not said its name yet" }
        return "run \(id), process \(pid),"
    }
}
