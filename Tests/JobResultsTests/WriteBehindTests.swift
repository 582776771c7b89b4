import Dispatch
import Glibc
import JobExecution
import JobResults
import Synchronization
import Testing

/// Lines and commits that are done in the background: in order, bounded, and nothing after an error.
@Suite(.timeLimit(.minutes(1))) struct WriteBehindTests {
    /// A disk that stands still until it is told to go on.
    private final class Disk: Sendable {
        private let gate = DispatchSemaphore(value: 0)
        private let isOpen = Atomic(false)
        let written = Mutex<[Int]>([])
        let failure: Int32?

        init(failure: Int32? = nil) { self.failure = failure }

        func open() {
            isOpen.store(true, ordering: .sequentiallyConsistent)
            for _ in 0..<100 { gate.signal() }
        }

        /// Only what is as large as a test's lines stands still: not the journal.
        var calls: SystemCalls {
            var calls = SystemCalls.system
            calls.write = { descriptor, bytes in
                guard bytes.count >= WriteBehindTests.size else { return SystemCalls.system.write(descriptor, bytes) }
                if !self.isOpen.load(ordering: .sequentiallyConsistent) { self.gate.wait() }
                if let failure = self.failure {
                    errno = failure
                    return -1
                }
                self.written.withLock { $0.append(bytes.count) }
                return SystemCalls.system.write(descriptor, bytes)
            }
            return calls
        }
    }

    /// Larger than what is collected before it is written.
    private static let size = 300_000

    private static func lines(_ number: Int) -> [UInt8] {
        Array(repeating: UInt8(ascii: "0") + UInt8(number), count: size - 1) + [UInt8(ascii: "\n")]
    }

    private func open(_ disk: Disk, in folder: TemporaryFolder) async throws -> (RunFolder, any RecordSink) {
        let run = try await makeRun(in: folder, calls: disk.calls)
        return (run, try await run.open(loans))
    }

    @Test func nothingWaitsForTheDiskUntilTooMuchIsOnItsWay() async throws {
        let folder = try TemporaryFolder()
        let disk = Disk()
        let (run, file) = try await open(disk, in: folder)
        var pending: [PendingCommit] = []
        var pages = 0
        while !file.isBehind {
            try file.append(Self.lines(pages))
            pending.append(file.enqueue(PageCommit(item: 0, page: pages, records: 1)))
            pages += 1
        }
        // Two megabytes, and what made them two.
        #expect(pages == 7)
        #expect(disk.written.withLock { $0 }.isEmpty)
        #expect(try journal(of: run).allSatisfy { $0.event != "page_committed" })

        async let caughtUp: Void = file.caughtUp()
        disk.open()
        await caughtUp
        #expect(!file.isBehind)
        for commit in pending { try await commit.wait() }
        // Waiting once more changes nothing.
        for commit in pending { try await commit.wait() }
        let published = try await file.publish()
        #expect(published.records == pages)
        let bytes = try folder.bytes("results/nightly/20261124T053703Z-3f9a1c/loans.ndjson")
        #expect(bytes == (0..<pages).flatMap(Self.lines))
        #expect(try journal(of: run).filter { $0.event == "page_committed" }.count == pages)
    }

    /// What goes back waits for what came before it, and drops no more than what is not committed.
    @Test func goingBackKeepsTheOrder() async throws {
        let folder = try TemporaryFolder()
        let disk = Disk()
        let (_, file) = try await open(disk, in: folder)
        try file.append(Self.lines(0))
        let first = file.enqueue(PageCommit(item: 0, page: 0, records: 1))
        try file.append(Self.lines(1))
        disk.open()
        try file.rollback()
        try file.append(Self.lines(2))
        try await file.commit(PageCommit(item: 0, page: 1, records: 1))
        try await first.wait()
        let published = try await file.publish()
        #expect(published.records == 2)
        let bytes = try folder.bytes("results/nightly/20261124T053703Z-3f9a1c/loans.ndjson")
        #expect(bytes == Self.lines(0) + Self.lines(2))
    }

    /// An error is everybody's who comes after it, and nobody waits in vain.
    @Test func anErrorReachesAllThatCameAfterIt() async throws {
        let folder = try TemporaryFolder()
        let disk = Disk(failure: ENOSPC)
        let (run, file) = try await open(disk, in: folder)
        var pending: [PendingCommit] = []
        for page in 0..<7 {
            try file.append(Self.lines(page))
            pending.append(file.enqueue(PageCommit(item: 0, page: page, records: 1)))
        }
        #expect(file.isBehind)
        disk.open()
        await file.caughtUp()
        for commit in pending {
            let error = await sinkError { try await commit.wait() }
            #expect(error?.kind == .io)
            #expect(error?.message.contains("the disk is full") == true)
        }
        #expect(await sinkError { try file.append("{}\n") }?.message.contains("the disk is full") == true)
        await file.abandon()
        #expect(try journal(of: run).allSatisfy { $0.event != "page_committed" })
    }

    @Test func writtenBuffersAreUsedAgain() async throws {
        let folder = try TemporaryFolder()
        let disk = Disk()
        disk.open()
        let (_, file) = try await open(disk, in: folder)
        let buffers = LineBuffers()
        #expect(buffers.take().capacity == 0)
        let lines = Self.lines(0)
        let place = lines.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
        try file.append(consume lines, returningTo: buffers)
        try await file.commit(PageCommit(item: 0, page: 0, records: 1))
        let buffer = buffers.take()
        #expect(buffer.isEmpty)
        #expect(buffer.capacity >= Self.size)
        #expect(buffer.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) } == place)
        await file.abandon()
        #expect(await sinkError { try file.append("{}\n") }?.message.contains("it is closed") == true)
    }
}
