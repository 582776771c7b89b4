import Foundation
import JSONBytes
import JobExecution
import Testing

/// What can be wrong with a file before its first byte, for both kinds of items.
@Suite struct InputFileTests {
    private static let folder = FileManager.default.temporaryDirectory.path

    @Test(arguments: [
        ("/nonexistent/rows", "there is no such file"),
        ("", "there is no such file"),
        ("/dev/null", "this is a pipe or a device, not a plain file"),
        ("/etc/passwd/rows", "something on the way to the file is not a folder"),
        ("/etc/passwd\0.csv", "the path contains a NUL byte"),
        (folder, "this is a folder, not a file"),
        (String(repeating: "x", count: 5000), "the file can't be opened: File name too long"),
    ])
    func refusesWhatIsNoPlainFile(path: String, message: String) throws {
        for error in try errors(path) {
            #expect(error.kind == .unavailable)
            #expect(error.description == "\(path): \(message)")
        }
    }

    @Test func doesNotWaitForAPipe() throws {
        let path = "\(Self.folder)/pipe-\(UUID().uuidString)"
        #expect(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        for error in try errors(path) {
            #expect(error.message == "this is a pipe or a device, not a plain file")
            #expect(error.help?.contains("save the input to a file first") == true)
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may read any file"))
    func refusesWhatMayNotBeRead() throws {
        let file = try TemporaryFile("a\n")
        chmod(file.path, 0)
        for error in try errors(file.path) {
            #expect(error.kind == .unavailable)
            #expect(error.message == "there is no permission to read the file")
        }
    }

    @Test func aFailingReadIsNoEndOfFile() throws {
        // The memory of a process has nothing at address 0: opening succeeds, reading gives EIO.
        let csv = #expect(throws: InputError.self) { _ = try CSVItems(path: "/proc/self/mem") }
        #expect(csv?.kind == .readFailed)
        let ndjson = #expect(throws: InputError.self) {
            var items = try NDJSONItems(path: "/proc/self/mem")
            _ = try items.next()
        }
        #expect(ndjson?.kind == .readFailed)
        #expect(ndjson?.message == "the file can't be read any further: Input/output error")
    }

    /// A row that was cut in two could pass for a smaller amount; neither may it, nor what was added be left out.
    @Test(arguments: [("cut", 0), ("cut", 30), ("added to", 40)])
    func refusesAFileThatIsChangedMeanwhile(how: String, newLength: Int) throws {
        let rows = (1...9).map { "\($0)00\n" }
        let file = try TemporaryFile("a\n1\n" + rows.joined())
        var items = try CSVItems(path: file.path, limits: InputLimits(chunkBytes: 1))
        #expect(try items.next() != nil)
        #expect(truncate(file.path, newLength) == 0)
        if how == "added to" {
            let handle = try #require(FileHandle(forWritingAtPath: file.path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("1000\n".utf8))
            try handle.close()
        }
        let error = #expect(throws: InputError.self) { while try items.next() != nil {} }
        #expect(error?.kind == .readFailed)
        #expect(error?.message == "the file was changed while it was being read")
    }

    @Test func itemsCanBeReadFromTasks() async throws {
        let file = try TemporaryFile("a\n1\n2\n3\n")
        let reader = Reader(try CSVItems(path: file.path))
        var count = 0
        while try await reader.next() != nil { count += 1 }
        #expect(count == 3)
    }

    /// As a step would hold its items.
    private actor Reader {
        private var items: CSVItems
        init(_ items: consuming sending CSVItems) { self.items = items }
        func next() throws(InputError) -> String? { try items.next()?.jsonText }
    }

    private func errors(_ path: String) throws -> [InputError] {
        let csv = #expect(throws: InputError.self) { _ = try CSVItems(path: path) }
        let ndjson = #expect(throws: InputError.self) { _ = try NDJSONItems(path: path) }
        return [try #require(csv), try #require(ndjson)]
    }
}
