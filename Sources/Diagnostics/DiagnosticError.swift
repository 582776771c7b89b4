/// An input that cannot be used, with every problem that was found in it.
package struct DiagnosticError: Error, Sendable {
    /// The problems, at least one of them an error.
    package let diagnostics: [Diagnostic]

    /// An error that carries `diagnostics`.
    package init(diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }

    /// An error that carries a single diagnostic.
    package init(_ diagnostic: Diagnostic) {
        self.init(diagnostics: [diagnostic])
    }
}
