import Foundation

/// A fresh folder that goes when nobody refers to it any more.
final class TemporaryFolder: Sendable {
    /// Absolute, without a slash at its end and without symbolic links.
    let path: String

    /// Creates the folder under the system's temporary one.
    init() throws {
        let parent = URL(fileURLWithPath: NSTemporaryDirectory()).resolvingSymlinksInPath().path
        path = "\(parent)/runner-e2e-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The absolute path of something in this folder.
    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file, with the folders that it needs, and returns its absolute path.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try write(Data(text.utf8), to: name)
    }

    /// Writes a file, with the folders that it needs, and returns its absolute path.
    @discardableResult
    func write(_ data: Data, to name: String) throws -> String {
        let url = URL(fileURLWithPath: self(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
        return url.path
    }

    /// A file's bytes.
    func read(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: self(name)))
    }

    /// Whether there is something of that name.
    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: self(name)) }

    /// Every file below this folder, hidden ones too, by its path relative to it. Links are left out.
    func files() -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: path) else { return [] }
        return walk.compactMap { $0 as? String }.filter { name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: self(name))
            return attributes?[.type] as? FileAttributeType == .typeRegular
        }.sorted()
    }
}
