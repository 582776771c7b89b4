package import Diagnostics

/// Reads a YAML 1.2 document into a tree whose every node knows its place in the source.
package enum YAMLReader {
    /// Reads the one document of `file`.
    ///
    /// Throws every problem that was found; a syntax error ends the search, because what follows it has no meaning.
    package static func read(_ file: SourceFile, limits: YAMLLimits = .standard) throws(DiagnosticError) -> YAMLNode {
        guard file.bytes.count <= limits.maxBytes else {
            throw FileLoader.tooLarge(path: file.path, limit: limits.maxBytes)
        }
        if let problem = EncodingCheck.problem(in: file) ?? DirectiveCheck.problem(in: file) {
            throw DiagnosticError(problem)
        }
        var builder = TreeBuilder(file, limits: limits)
        return try builder.document()
    }

    /// Reads the one document of the file at `path`.
    ///
    /// Never holds more than `limits.maxBytes` of it, whatever kind of file it is. What stands in the way of reading
    /// it has one of the codes `file-not-found`, `file-is-directory`, `file-unreadable` and `file-too-large`.
    package static func readFile(
        path: String,
        limits: YAMLLimits = .standard
    ) throws(DiagnosticError) -> YAMLNode {
        try read(source(path: path, limits: limits), limits: limits)
    }

    /// Loads the text of the file at `path`, bounded and with the errors of ``readFile(path:limits:)``, for a caller
    /// that keeps it.
    package static func source(
        path: String,
        limits: YAMLLimits = .standard
    ) throws(DiagnosticError) -> SourceFile {
        SourceFile(path: path, bytes: try FileLoader.bytes(atPath: path, limit: limits.maxBytes))
    }
}
