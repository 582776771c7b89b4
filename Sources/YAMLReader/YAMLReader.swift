package import Diagnostics

/// Reads a YAML 1.2 document into a tree whose every node knows its place in the source.
package enum YAMLReader {
    /// Reads the one document of `file`.
    ///
    /// Throws every problem that was found; a syntax error ends the search, because what follows it has no meaning.
    package static func read(_ file: SourceFile, limits: YAMLLimits = .standard) throws(DiagnosticError) -> YAMLNode {
        throw DiagnosticError(.error("not-implemented", "not implemented", at: file.span(0..<0)))
    }

    /// Reads the one document of the file at `path`.
    ///
    /// Never holds more than `limits.maxBytes` of it, whatever kind of file it is.
    package static func readFile(
        path: String,
        limits: YAMLLimits = .standard
    ) throws(DiagnosticError) -> YAMLNode {
        try read(SourceFile(path: path, bytes: []), limits: limits)
    }
}
