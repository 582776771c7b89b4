import Foundation
import Glibc
import JobExecution
import JobResults
import Testing

@Suite struct LockTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func secondRunIsRefused() async throws {
        let first = try await makeRun(in: folder)
        let error = await sinkError { _ = try await makeRun(in: folder, id: "20261124T053704Z-000000") }
        #expect(error?.kind == .locked)
        #expect(error?.message.contains("run 20261124T053703Z-3f9a1c, process \(getpid()),") == true)
        #expect(try names(in: folder.path + "/results/nightly") == [".lock", first.id.name])
        try await first.finish(report: RunReport())
        let third = try await makeRun(in: folder, id: "20261124T053705Z-000000")
        try await third.finish(report: RunReport())
    }

    @Test func deadHolderIsRecognised() async throws {
        try FileManager.default.createDirectory(
            atPath: folder.path + "/results/nightly",
            withIntermediateDirectories: true
        )
        let lock = folder.path + "/results/nightly/.lock"
        try Data("{\"pid\":4000000,\"run\":\"20200101T000000Z-000000\"}\n".utf8).write(to: URL(fileURLWithPath: lock))
        let holder = Process()
        holder.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        // One process, so that no child keeps the lock after its death.
        holder.arguments = ["--exclusive", "--no-fork", lock, "cat"]
        let (input, output) = (Pipe(), Pipe())
        (holder.standardInput, holder.standardOutput) = (input, output)
        try holder.run()
        input.fileHandleForWriting.write(Data("held\n".utf8))
        // `cat` answers only once the lock is taken.
        #expect(output.fileHandleForReading.availableData == Data("held\n".utf8))
        let error = await sinkError { _ = try await makeRun(in: folder) }
        #expect(error?.kind == .locked)
        #expect(error?.message.contains("run 20200101T000000Z-000000, process 4000000,") == true)
        kill(holder.processIdentifier, SIGKILL)
        holder.waitUntilExit()
        try await makeRun(in: folder).finish(report: RunReport())
    }

    @Test(arguments: ["", "garbage", "{\"pid\":\"x\"}", "\0\0\0", String(repeating: "x", count: 100_000)])
    func whateverTheFileHolds(_ content: String) async throws {
        try FileManager.default.createDirectory(
            atPath: folder.path + "/results/nightly",
            withIntermediateDirectories: true
        )
        let lock = folder.path + "/results/nightly/.lock"
        try Data(content.utf8).write(to: URL(fileURLWithPath: lock))
        let descriptor = open(lock, O_RDWR)
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        let error = await sinkError { _ = try await makeRun(in: folder) }
        #expect(error?.kind == .locked)
        #expect(error?.message.contains("a process that has not said its name yet") == true)
        close(descriptor)
        try await makeRun(in: folder).finish(report: RunReport())
    }

    @Test func onlyOneOfManyWins() async throws {
        let folder = folder
        let winners = await withTaskGroup(of: RunFolder?.self) { group in
            for index in 0..<16 {
                group.addTask { try? await makeRun(in: folder, id: "20261124T0537\(index + 10)Z-000000") }
            }
            var winners: [RunFolder] = []
            for await run in group { if let run { winners.append(run) } }
            return winners
        }
        #expect(winners.count == 1)
    }
}
