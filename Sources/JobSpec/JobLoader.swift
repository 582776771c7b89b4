package import Diagnostics
import JSONBytes
import YAMLReader

/// Turns a job file into a ``Job``: the stage's one entrance.
package enum JobLoader {
    /// A job and what is to be said about it although it can run.
    package struct Loaded: Sendable {
        package let job: Job
        package let warnings: [Diagnostic]
    }

    /// Decodes and checks a job file.
    ///
    /// - Parameters:
    ///   - file: the job file.
    ///   - environments: those that the job may name beside its own.
    ///   - variables: values of `--var`, which replace the defaults of the job's `vars`.
    /// - Throws: every problem of the file at once; warnings come along.
    package static func load(
        _ file: SourceFile,
        environments: EnvironmentCatalogue,
        variables: [VariableOverride] = []
    ) throws(DiagnosticError) -> Loaded {
        let root = try YAMLReader.read(file)
        let problems = Problems()
        guard let decoded = JobDecoder(problems: problems).decode(root, source: file, outer: environments) else {
            throw problems.failure
        }
        let job = VariableOverride.apply(variables, to: decoded, problems)
        for validator in JobValidators.all { validator.validate(job, problems) }
        if problems.hasErrors { throw problems.failure }
        return Loaded(job: job, warnings: problems.all)
    }
}
