import Diagnostics
import Foundation
import Testing
import YAMLReader

@Suite struct FileTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "yaml-reader-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func code(_ path: String, limits: YAMLLimits = .standard) -> String? {
        do {
            _ = try YAMLReader.readFile(path: path, limits: limits)
            return nil
        } catch {
            return error.diagnostics.first?.code
        }
    }

    @Test func aFileIsReadWithItsPath() throws {
        try withFolder { folder in
            try Data("a: 1\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/a.yaml"))
            let node = try YAMLReader.readFile(path: "\(folder)/a.yaml")
            #expect(node.outline == "{a: 1}")
            #expect(node.span.file.path == "\(folder)/a.yaml")
        }
    }

    @Test func whatIsNotAFileIsExplained() throws {
        try withFolder { folder in
            #expect(code("\(folder)/none.yaml") == "file-not-found")
            #expect(code("\(folder)/none/none.yaml") == "file-not-found")
            #expect(code("") == "file-not-found")
            #expect(code("a\0b") == "file-not-found")
            #expect(code(folder) == "file-is-directory")
            #expect(code("/\(String(repeating: "x", count: 10_000))") == "file-unreadable")
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/loop", withDestinationPath: "\(folder)/loop")
            #expect(code("\(folder)/loop") == "file-unreadable")
        }
    }

    @Test func aGigabyteIsRefusedUnread() throws {
        try withFolder { folder in
            let path = "\(folder)/sparse.yaml"
            #expect(FileManager.default.createFile(atPath: path, contents: nil))
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.truncate(atOffset: 1 << 30)
            try handle.close()
            #expect(code(path) == "file-too-large")
        }
    }

    @Test func aDeviceWithoutAnEndIsCutOff() {
        #expect(code("/dev/zero") == "file-too-large")
        #expect(code("/dev/null") == "empty-document")
    }

    @Test func aPipeIsReadToItsEndOrLimit() throws {
        try withFolder { folder in
            let path = "\(folder)/pipe"
            #expect(mkfifo(path, 0o600) == 0)
            for (script, expected) in [
                ("echo 'a: [' > \"$0\"", "unclosed-bracket"), ("yes > \"$0\"", "file-too-large"),
            ] {
                let writer = Process()
                writer.executableURL = URL(fileURLWithPath: "/bin/sh")
                writer.arguments = ["-c", script, path]
                writer.standardError = FileHandle.nullDevice
                try writer.run()
                #expect(code(path) == expected)
                writer.waitUntilExit()
            }
        }
    }

    @Test func theLimitIsInclusive() throws {
        try withFolder { folder in
            let path = "\(folder)/a.yaml"
            try Data("a: 1\n".utf8).write(to: URL(fileURLWithPath: path))
            var limits = YAMLLimits.standard
            limits.maxBytes = 5
            #expect(code(path, limits: limits) == nil)
            limits.maxBytes = 4
            #expect(code(path, limits: limits) == "file-too-large")
        }
    }
}
