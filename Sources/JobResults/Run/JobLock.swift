import Glibc
import JSONBytes
import JobExecution

/// The right to run a job: held by one process at a time through `flock(2)`, so the kernel takes it back from a holder
/// that dies, however it dies.
struct JobLock: Sendable {
    /// In the job's folder. It is never removed: two runs could then hold two locks.
    static let fileName = ".lock"

    private let file: FileDescriptor

    /// How often a lock that is held is tried again, and the time between, in nanoseconds: a look at who holds it
    /// (``holder(in:)``) has it for a moment itself.
    private static let tries = 5
    private static let pause = 5_000_000

    /// Who has a lock.
    enum Holder: Hashable, Sendable {
        case nobody
        case run(RunID, process: Int)
        /// It has not said, or it is no run.
        case unnamed

        /// Whether it can't be ruled out that this run is going on.
        func mayBe(_ run: RunID) -> Bool {
            switch self {
            case .nobody: false
            case .run(let holder, _): holder == run
            case .unnamed: true
            }
        }
    }

    private enum Attempt {
        case taken(FileDescriptor)
        case held(by: Holder)
        case notAFile
    }

    /// Takes the lock of the job whose results are in `folder`, and leaves in the file who has it.
    ///
    /// - Parameter run: nothing for what is no run but must keep runs away.
    /// - Throws: `locked` where another run holds it, `cannotCreate` where the file can't be made.
    init(in folder: Folder, run: RunID?) throws(SinkError) {
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
            let name =
                if case .run(let run, let process) = holder {
                    "run \(run), process \(process),"
                } else {
                    "a process that has not said its name yet"
                }
            throw SinkError(
                .locked,
                "another run of this job is going on: \(name) holds \"\(path)\"",
                help: "wait until it has finished, or stop it"
            )
        case .notAFile:
            throw SinkError(.cannotCreate, "can't lock \"\(path)\": it is not a regular file", help: "remove it")
        }
    }

    /// Who has the lock of the job whose results are in `folder` now.
    static func holder(in folder: Folder) -> Holder {
        guard let file = try? folder.openToRead(fileName) else { return .nobody }
        // Shared, so that two who look are not in each other's way. Closing the file gives it back.
        guard flock(file.number, LOCK_SH | LOCK_NB) != 0 else { return .nobody }
        return holder(in: file)
    }

    /// Leaves in the file that it is this run after all.
    ///
    /// - Throws: `cannotCreate`.
    func name(_ run: RunID, in folder: Folder) throws(SinkError) {
        do throws(SystemError) {
            try Self.note(run, in: file, calls: folder.calls)
        } catch {
            throw error.failure(.cannotCreate, "lock \"\(folder.path(of: Self.fileName))\"")
        }
    }

    /// Empties the file, so that nobody takes this run for a living one. Dropping the last reference unlocks.
    func clear() { ftruncate(file.number, 0) }

    private static func attempt(in folder: Folder, run: RunID?) throws(SystemError) -> Attempt {
        var triesLeft = tries
        while true {
            let file = try folder.openOrMakeFile(fileName)
            let opened = try Self.status { fstat(file.number, &$0) }
            guard opened.st_mode & S_IFMT == S_IFREG else { return .notAFile }
            do throws(SystemError) {
                _ = try repeating { Int(flock(file.number, LOCK_EX | LOCK_NB)) }
            } catch  where error.number == EWOULDBLOCK {
                triesLeft -= 1
                if triesLeft > 0 {
                    var time = timespec(tv_sec: 0, tv_nsec: pause)
                    nanosleep(&time, nil)
                    continue
                }
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
    private static func note(_ run: RunID?, in file: FileDescriptor, calls: SystemCalls) throws(SystemError) {
        try calls.truncateFile(file, to: 0)
        _ = try repeating { lseek(file.number, 0, SEEK_SET) }
        guard let run else { return }
        let value: JSONValue = ["pid": .number(Int(getpid())), "run": .string(run.name)]
        let line = Array((value.jsonText + "\n").utf8)
        try line.span.bytes.withUnsafeBytes { bytes throws(SystemError) in try calls.writeAll(bytes, to: file) }
    }

    private static func holder(in file: FileDescriptor) -> Holder {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = bytes.withUnsafeMutableBytes { (try? file.read(at: 0, into: $0)) ?? 0 }
        guard let value = try? JSONParser.parse(Array(bytes.prefix(count))), let run = value["run"]?.text,
            let id = RunID(run), let process = value["pid"]?.intValue
        else { return .unnamed }
        return .run(id, process: process)
    }
}
