package import Diagnostics
import JSONBytes
import YAMLReader

/// Turns a job file into a ``Job``: the stage's one entrance.
package enum JobLoader {
    /// A job file as far as it could be read.
    package struct Inspection: Sendable {
        /// Nothing where the file is not a job at all.
        package let job: Job?
        /// In the order found.
        package let problems: [Diagnostic]

        package var hasErrors: Bool { job == nil || problems.contains { $0.severity == .error } }
    }

    /// Decodes and checks a job file. A job comes out although it has errors, for a caller that has more to check; it
    /// can't be run then.
    ///
    /// - Parameters:
    ///   - file: the job file.
    ///   - environments: those that the job may name beside its own.
    ///   - variables: values of `--var`, which replace the defaults of the job's `vars`.
    /// - Throws: what makes the file unreadable as YAML.
    package static func inspect(
        _ file: SourceFile,
        environments: EnvironmentCatalogue,
        variables: [VariableOverride] = []
    ) throws(DiagnosticError) -> Inspection {
        let problems = Problems()
        // The tree is handed over, to be freed step by step: it is larger than the job.
        let decoder = JobDecoder(problems: problems)
        guard let decoded = decoder.decode(try YAMLReader.read(file), source: file, outer: environments) else {
            return Inspection(job: nil, problems: problems.failure.diagnostics)
        }
        let job = VariableOverride.apply(variables, to: decoded, problems)
        for validator in JobValidators.all { validator.validate(job, problems) }
        return Inspection(job: job, problems: problems.hasErrors ? problems.failure.diagnostics : problems.all)
    }
}
