import Foundation
import Glibc
import JSONBytes
import JobExecution
import JobResults
import JobSpec
import Secrets
import Testing

@Suite struct StdoutTeeTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Reads a pipe to its end on a thread of its own: the tasks' threads are too few to block one.
    private func reading(_ pipe: Pipe) -> Task<[UInt8], Never> {
        Task {
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    continuation.resume(returning: [UInt8](pipe.fileHandleForReading.readDataToEndOfFile()))
                }
            }
        }
    }

    private func tee(_ pipe: Pipe) async throws -> StdoutTee {
        StdoutTee(try await makeRun(in: folder), step: loans, descriptor: pipe.fileHandleForWriting.fileDescriptor)
    }

    @Test func committedRecordsAndNoOthers() async throws {
        let pipe = Pipe()
        let sink = try await tee(pipe)
        let output = reading(pipe)
        let file = try await sink.open(loans)
        let other = try await sink.open(try #require(StepID("other")))
        try other.append("other\n")
        try await other.commit(PageCommit(item: 0, page: 0, records: 1))
        let page = String(repeating: "{\"id\":1}\n", count: 200_000)
        try file.append(page)
        try file.rollback()
        try file.append(page)
        try await file.commit(PageCommit(item: 0, page: 0, records: 200_000))
        try file.append("{\"dropped\":true}\n")
        let published = try await file.publish()
        try pipe.fileHandleForWriting.close()
        #expect(await output.value == Array(page.utf8))
        #expect(published.bytes == page.utf8.count)
    }

    @Test func whatMayBeDroppedWaits() async throws {
        let pipe = Pipe()
        let sink = try await tee(pipe)
        let file = try await sink.open(loans)
        let reader = pipe.fileHandleForReading
        for item in 0..<3 {
            let mark = file.mark()
            try file.append("{\"item\":\(item)}\n")
            try await file.commit(PageCommit(item: item, page: 0, records: 1))
            if item == 1 { try file.rollback(to: mark) }
        }
        // The first item was sent when the commit after the second mark came.
        #expect(reader.availableData == Data("{\"item\":0}\n".utf8))
        _ = try await file.publish()
        try pipe.fileHandleForWriting.close()
        #expect(reader.readDataToEndOfFile() == Data("{\"item\":2}\n".utf8))
    }

    @Test func goingBackBehindTheLastMark() async throws {
        let path = folder.path + "/output"
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        let sink = StdoutTee(try await makeRun(in: folder), step: loans, descriptor: descriptor)
        let file = try await sink.open(loans)
        let first = file.mark()
        try file.append("{\"a\":1}\n")
        try await file.commit(PageCommit(item: 0, page: 0, records: 1))
        _ = file.mark()
        try file.rollback(to: first)
        try file.append("{}\n")
        try await file.commit(PageCommit(item: 1, page: 0, records: 1))
        #expect(try readBytes(path) == [])
        _ = try await file.publish()
        #expect(try readBytes(path) == Array("{}\n".utf8))
    }

    /// A resume may still leave out the item that it goes on with.
    @Test func theItemOfBeforeAResumeWaitsAsWell() async throws {
        let start = ItemStart(mark: RecordMark(bytes: 8, records: 1), outputs: [:])
        let run = try await makeRun(in: folder)
        let begun = try await run.open(loans)
        try begun.append("{\"a\":1}\n")
        try await begun.commit(PageCommit(item: 0, page: 0, records: 1))
        try begun.append("{\"b\":1}\n")
        try await begun.commit(PageCommit(item: 1, page: 0, records: 1, position: 1, itemStart: start))
        run.close()

        let path = folder.path + "/output"
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        let (resumed, _, _) = try await RunFolder.reopen(path: run.path, redactor: Redactor())
        let file = try await StdoutTee(resumed, step: loans, descriptor: descriptor).open(loans)
        try file.append("{\"b\":2}\n")
        try await file.commit(PageCommit(item: 1, page: 1, records: 1, position: 2, itemStart: start))
        #expect(try readBytes(path) == Array("{\"a\":1}\n".utf8))
        try file.rollback(to: start.mark)
        try await file.commit(PageCommit(item: 1, page: 0, records: 0))
        _ = try await file.publish()
        #expect(try readBytes(path) == Array("{\"a\":1}\n".utf8))
        resumed.close()
    }

    @Test func recordsThatWereSentStay() async throws {
        let pipe = Pipe()
        let sink = try await tee(pipe)
        let file = try await sink.open(loans)
        try file.append("{}\n")
        try await file.commit(PageCommit(item: 0, page: 0, records: 1))
        #expect(await sinkError { try file.rollback(to: RecordMark(bytes: 0, records: 0)) }?.kind == .io)
        await file.abandon()
    }

    @Test func closedPipeIsNoSignal() async throws {
        let pipe = Pipe()
        let sink = try await tee(pipe)
        let file = try await sink.open(loans)
        try pipe.fileHandleForReading.close()
        try file.append("{}\n")
        let error = await sinkError { try await file.commit(PageCommit(item: 0, page: 0, records: 1)) }
        #expect(error?.kind == .closedPipe)
        await file.abandon()
    }

    @Test func readerThatLeavesHalfWay() async throws {
        let pipe = Pipe()
        let sink = try await tee(pipe)
        let file = try await sink.open(loans)
        try file.append(String(repeating: "{\"id\":1}\n", count: 100_000))
        let reader = pipe.fileHandleForReading
        Thread.detachNewThread {
            _ = reader.availableData
            try? reader.close()
        }
        let error = await sinkError { try await file.commit(PageCommit(item: 0, page: 0, records: 100_000)) }
        #expect(error?.kind == .closedPipe)
    }

    @Test(.timeLimit(.minutes(1)))
    func stuckReaderDoesNotKeepAStoppedRun() async throws {
        let pipe = Pipe()
        let sink = try await tee(pipe)
        let file = try await sink.open(loans)
        try file.append(String(repeating: "{\"id\":1}\n", count: 100_000))
        let task = Task { await sinkError { try await file.commit(PageCommit(item: 0, page: 0, records: 100_000)) } }
        task.cancel()
        #expect(await task.value?.kind == .closedPipe)
        try pipe.fileHandleForReading.close()
    }

    @Test func descriptorsThatDoNotBlock() async throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        #expect(fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0)
        let sink = try await tee(pipe)
        let output = reading(pipe)
        let file = try await sink.open(loans)
        let page = String(repeating: "{\"id\":1}\n", count: 300_000)
        try file.append(page)
        try await file.commit(PageCommit(item: 0, page: 0, records: 300_000))
        try pipe.fileHandleForWriting.close()
        #expect(await output.value == Array(page.utf8))
    }

    @Test func descriptorThatIsNotOpen() async throws {
        let sink = StdoutTee(try await makeRun(in: folder), step: loans, descriptor: 1 << 20)
        let file = try await sink.open(loans)
        try file.append("{}\n")
        #expect(await sinkError { try await file.commit(PageCommit(item: 0, page: 0, records: 1)) }?.kind == .io)
    }
}
