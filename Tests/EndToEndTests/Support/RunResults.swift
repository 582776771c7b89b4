import Foundation
import Testing

/// The run folder of one job, as a reader finds it: names and bytes.
struct RunResults: Sendable {
    let folder: TemporaryFolder
    /// Relative to the folder, such as `results/nightly/20261124T063245Z-94de71`.
    let path: String

    /// There is no run of that job.
    struct Missing: Error { let job: String }

    /// The newest run of a job that a command kept under `results`.
    ///
    /// - Parameter earlier: a run that it is not: of two that began within a second, names don't tell the newer.
    init(job: String, in folder: TemporaryFolder, output: String = "results", after earlier: RunResults? = nil) throws {
        self.folder = folder
        let runs = try FileManager.default.contentsOfDirectory(atPath: folder("\(output)/\(job)"))
            .filter { $0.first?.isNumber == true && "\(output)/\(job)/\($0)" != earlier?.path }
        guard let newest = runs.max() else { throw Missing(job: job) }
        path = "\(output)/\(job)/\(newest)"
    }

    /// The run whose folder is at a path relative to the folder.
    init(path: String, in folder: TemporaryFolder) {
        self.folder = folder
        self.path = path
    }

    /// All runs of a job, by name; none where there are no results yet.
    static func all(job: String, in folder: TemporaryFolder, output: String = "results") -> [RunResults] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder("\(output)/\(job)"))) ?? []
        return names.filter { $0.first?.isNumber == true }.sorted()
            .map { RunResults(path: "\(output)/\(job)/\($0)", in: folder) }
    }

    /// The names of the run's files.
    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder(path)).sorted() }
    }

    /// The bytes of one file.
    func data(_ name: String) throws -> Data { try folder.read("\(path)/\(name)") }

    /// The records of one step, as they were written.
    func records(_ step: String) throws -> [String] {
        let text = String(decoding: try data("\(step).ndjson"), as: UTF8.self)
        return text.split(separator: "\n").map(String.init)
    }

    /// `manifest.json`.
    func manifest() throws -> Manifest { try JSONDecoder().decode(Manifest.self, from: data("manifest.json")) }

    /// The events of `journal.ndjson`, each decoded, so that a broken line is an error.
    func journal() throws -> [JournalEvent] {
        try data("journal.ndjson").split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(JournalEvent.self, from: $0)
        }
    }

    /// The SHA-256 of a file by `sha256sum`, in hexadecimal.
    func sha256(_ name: String) async throws -> String {
        let output = try await command("sha256sum", [folder("\(path)/\(name)")], in: folder)
        return String(output.text.prefix { $0 != " " })
    }

    /// Expects that every file under a final name is one that the journal published, with the size and hash it says.
    func expectWhole(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        var published: [String: PublishedFile] = [:]
        for event in try journal() where event.event == "file_published" {
            published[event.file ?? ""] = PublishedFile(
                file: event.file ?? "",
                bytes: event.bytes,
                sha256: event.sha256
            )
            if let rejects = event.rejects { published[rejects.file] = rejects }
        }
        for name in try names where name.hasSuffix(".ndjson") && name != "journal.ndjson" {
            let event = try #require(published[name], "\(name) was never published", sourceLocation: sourceLocation)
            #expect(try data(name).count == event.bytes, sourceLocation: sourceLocation)
            #expect(try await sha256(name) == event.sha256, sourceLocation: sourceLocation)
        }
    }
}

/// What tests read of a manifest.
struct Manifest: Decodable, Sendable {
    struct Token: Decodable, Sendable {
        let token: String
        let requested: [String]
        let granted: [String]
        let fetches: Int
    }

    struct Step: Decodable, Sendable {
        let step: String
        let state: String
        let file: String?
        let bytes: Int?
        let sha256: String?
        let records: Int
        let pages: Int
        let attempts: Int
    }

    let state: String
    let job: String
    let environment: String
    let planHash: String
    let tokens: [Token]
    let steps: [Step]

    private enum CodingKeys: String, CodingKey {
        case state, job, environment, tokens, steps
        case planHash = "plan_hash"
    }
}

/// What tests read of a journal's line.
struct JournalEvent: Decodable, Sendable {
    let seq: Int
    let event: String
    let step: String?
    let file: String?
    let bytes: Int?
    let sha256: String?
    let rejects: PublishedFile?
}

/// What tests read of a file that a journal says was published.
struct PublishedFile: Decodable, Sendable {
    let file: String
    let bytes: Int?
    let sha256: String?
}
