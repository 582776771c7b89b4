import Foundation
import Testing

/// Job files that try to hurt: a diagnostic within seconds, in little memory, never a crash.
@Suite(.serialized, .paced) struct HostileFileTests {
    /// A way to write a file of that name, and the statuses that fit it.
    struct Hostile: Sendable, CustomTestStringConvertible {
        let name: String
        let status: Int32
        let content: @Sendable () -> Data
        var testDescription: String { name }
    }

    static let hostile: [Hostile] = [
        Hostile(name: "alias bomb", status: 65) {
            var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            for level in 1..<20 {
                let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
                text += "a\(level): &a\(level) [\(aliases)]\n"
            }
            return Data((text + "name: bomb\nenvironment: sandbox\nsteps: *a19\n").utf8)
        },
        Hostile(name: "alias of itself", status: 65) { Data("name: x\nsteps: &a [*a, *a]\n".utf8) },
        Hostile(name: "100,000 levels of lists", status: 65) { Data(repeating: UInt8(ascii: "["), count: 100_000) },
        Hostile(name: "100,000 levels of blocks", status: 65) {
            Data(String(repeating: "- ", count: 100_000).utf8)
        },
        Hostile(name: "100,000 levels of maps", status: 65) { Data(String(repeating: "{a: ", count: 100_000).utf8) },
        Hostile(name: "100,000 keys", status: 65) {
            Data((0..<100_000).map { "key\($0): \($0)\n" }.joined().utf8)
        },
        Hostile(name: "100,000 same keys", status: 65) { Data(String(repeating: "name: x\n", count: 100_000).utf8) },
        Hostile(name: "NUL bytes", status: 65) { Data("name: a\0b\nsteps: []\n".utf8) },
        Hostile(name: "only NUL bytes", status: 65) { Data(repeating: 0, count: 1_000_000) },
        Hostile(name: "bytes that are no text", status: 65) { Data((0..<100_000).map { UInt8($0 & 0xFF) }) },
        Hostile(name: "UTF-8 cut in half", status: 65) { Data("name: caf".utf8) + Data([0xC3]) },
        Hostile(name: "an empty file", status: 65) { Data() },
        Hostile(name: "ends in a string", status: 65) { Data("name: \"never closed\nsteps:".utf8) },
        Hostile(name: "several documents", status: 65) { Data("name: a\n---\nname: b\n".utf8) },
        Hostile(name: "a quoted string of 100 MB", status: 65) {
            Data("name: \"".utf8) + Data(repeating: UInt8(ascii: "x"), count: 100_000_000) + Data("\"\n".utf8)
        },
        Hostile(name: "templates without end", status: 65) {
            let deep = String(repeating: "(", count: 50_000)
            return Data("name: x\nenvironment: sandbox\nvars: { a: \"${{ \(deep) }}\" }\nsteps: []\n".utf8)
        },
    ]

    @Test(arguments: hostile) func `a hostile file gets a diagnostic`(_ file: Hostile) async throws {
        let folder = try TemporaryFolder()
        try folder.write(file.content(), to: "job.yaml")
        for arguments in [["job.yaml"], ["validate", "job.yaml"]] {
            let run = try await command(Repository.runner, arguments, in: folder, within: .seconds(15))
            expectRefusal(run, file.status, file.name)
            #expect(run.stderr.contains("job.yaml"), "\(file.name): \(run.stderr.prefix(500))")
        }
    }

    @Test func `the same in a file of environments`() async throws {
        let folder = try TemporaryFolder()
        for file in Self.hostile.prefix(5) {
            try folder.write(file.content(), to: "more.yaml")
            let run = try await runner(
                "\(Repository.root)/jobs/loans.yaml",
                "--environments",
                "more.yaml",
                in: folder,
                within: .seconds(15)
            )
            expectRefusal(run, file.status, file.name)
        }
    }

    @Test(arguments: ["/dev/zero", "/dev/urandom", "/dev/null", "/proc/self/mem", "/", "/dev"])
    func `a job file that is no file`(_ path: String) async throws {
        let folder = try TemporaryFolder()
        let run = try await runner(path, in: folder, within: .seconds(15))
        #expect([65, 66].contains(run.status), "\(path): \(run.stderr)")
        expectRefusal(run, run.status, path)
    }

    private func expectRefusal(_ run: FinishedProcess, _ status: Int32, _ name: String) {
        #expect(run.status == status, "\(name): \(run.stderr.prefix(2000))")
        #expect(run.signal == nil, "\(name)")
        #expect(!run.timedOut && run.duration < .seconds(10), "\(name): \(run.duration)")
        #expect(run.peakMemory < 256_000, "\(name): \(run.peakMemory) KiB")
        // What is said about one file can be read.
        #expect(run.stderr.utf8.count < 200_000, "\(name): \(run.stderr.utf8.count) bytes of messages")
        #expect(run.stderr.contains("error"), "\(name)")
    }
}
