/// Bounds on what a document may cost. A document that exceeds one is refused with a diagnostic.
package struct YAMLLimits: Sendable {
    /// How deep sequences and mappings may be nested; the root is at depth 1.
    package var maxDepth = 64
    /// How many aliases may be used.
    package var maxAliasExpansions = 1_000
    /// How many nodes the tree may have, each use of an alias counted with all that it stands for.
    package var maxNodes = 500_000
    /// How many bytes the file may have.
    package var maxBytes = 8 << 20
    /// How many problems are reported before reading stops.
    package var maxProblems = 100

    /// The limits for job files.
    package static let standard = YAMLLimits()

    /// The standard limits, to be changed.
    package init() {}
}
