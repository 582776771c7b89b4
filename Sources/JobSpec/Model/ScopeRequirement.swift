/// What a call must be allowed to do: an OR of ANDs of scopes, the shape of OpenAPI's `security`.
///
/// `[[a], [b, c]]` reads "a, or b together with c". One empty alternative (`[[]]`) is met by any valid token.
package struct ScopeRequirement: Hashable, Sendable {
    /// The alternatives in the order written; never empty.
    package let alternatives: [Set<Scope>]

    /// Met by any valid token: a call with no scope of its own.
    package static let anyToken = ScopeRequirement(alternatives: [[]])

    /// Makes a requirement; no alternatives at all means ``anyToken``.
    package init(alternatives: [Set<Scope>]) {
        self.alternatives = alternatives.isEmpty ? [[]] : alternatives
    }

    /// Whether a token with these scopes may make the call.
    package func isSatisfied(by granted: Set<Scope>) -> Bool {
        alternatives.contains { $0.isSubset(of: granted) }
    }

    /// Every scope that any alternative names.
    package var mentioned: Set<Scope> {
        alternatives.reduce(into: []) { $0.formUnion($1) }
    }

    /// Plain English: `read:loans`, `a and b`, `a, or b and c`, `any valid token`.
    package var summary: String {
        alternatives.map { all in
            all.isEmpty ? "any valid token" : all.sorted().map(\.name).joined(separator: " and ")
        }.joined(separator: ", or ")
    }
}
