import Foundation
import JSONBytes
import JobExecution
import JobResults
import JobSpec
import Secrets
import Synchronization
import Testing

/// A folder for one test, removed with the last reference.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/results-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func bytes(_ name: String) throws -> [UInt8] { try readBytes("\(path)/\(name)") }
}

func readBytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? NSNumber).intValue
}

func names(in path: String) throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

/// A run's folder with fixed times under `folder.path`.
func makeRun(
    in folder: TemporaryFolder,
    id: String = "20261124T053703Z-3f9a1c",
    redactor: Redactor = Redactor(),
    calls: SystemCalls = .system,
    clock: RunClock = RunClock(ContinuousClock()),
    secondsLater: Int = 0
) async throws -> RunFolder {
    let run = try await RunFolder.create(
        root: folder.path + "/results",
        job: #require(StepID("nightly")),
        id: #require(RunID(id)),
        header: testHeader,
        redactor: redactor,
        calls: calls,
        wall: WallClock { .seconds(1_795_498_623 + secondsLater) + .milliseconds(42) },
        clock: clock
    )
    try await run.begin()
    return run
}

let testHeader = RunHeader(planHash: "ab12", environment: "sandbox", asOf: "2026-11-24T05:37:03Z", version: "0.1.0")

let loans = StepID("loans")!

extension RecordSink {
    func append(_ text: String) throws(SinkError) { try append(Array(text.utf8)) }

    func append(_ bytes: [UInt8]) throws(SinkError) { try append(bytes, returningTo: LineBuffers()) }
}

/// What a call throws.
func sinkError(_ body: () async throws -> Void) async -> SinkError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? SinkError
    }
}

/// The events of a run's journal.
func journal(of run: RunFolder) throws -> [JournalEntry] {
    var entries: [JournalEntry] = []
    let extent = try JournalReader.read(path: run.path + "/journal.ndjson") { entries.append($0) }
    #expect(extent.tornBytes == 0)
    return entries
}

/// Looks into a manifest.
enum JSONManifest {
    static func json(_ path: String) throws -> JSONValue { try JSONParser.parse(readBytes(path + "/manifest.json")) }
    static func state(_ path: String) throws -> String? { try json(path)["state"]?.text }
}
