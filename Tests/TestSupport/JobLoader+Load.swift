package import Diagnostics
package import JobSpec

extension JobLoader {
    /// A job, and what is to be said about it although it can run.
    package struct Loaded: Sendable {
        package let job: Job
        package let warnings: [Diagnostic]
    }

    /// Decodes and checks a job file that is to be without errors.
    ///
    /// - Throws: every problem of the file at once; warnings come along.
    package static func load(
        _ file: SourceFile,
        environments: EnvironmentCatalogue,
        variables: [VariableOverride] = []
    ) throws(DiagnosticError) -> Loaded {
        let inspection = try inspect(file, environments: environments, variables: variables)
        guard let job = inspection.job, !inspection.hasErrors else {
            throw DiagnosticError(diagnostics: inspection.problems)
        }
        return Loaded(job: job, warnings: inspection.problems)
    }
}
