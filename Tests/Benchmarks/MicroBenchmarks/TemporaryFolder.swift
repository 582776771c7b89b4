import Foundation

/// A new folder for the files of one measurement.
struct TemporaryFolder: Sendable {
    /// Absolute.
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/micro-benchmarks-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    /// Removes it with all that is in it.
    func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    func write(_ text: String, to name: String) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }
}
