import Diagnostics

/// The environment that the job names exists.
struct EnvironmentIsKnown: JobValidator {
    func validate(_ job: Job, _ problems: Problems) {
        guard let environment = job.environment else { return }
        guard job.environments[environment.value] == nil else { return }
        let names = job.environments.names
        problems.error(
            "unknown-environment",
            "there is no environment `\(environment.value)`",
            at: environment.span,
            help: Names.help(for: environment.value, in: names) ?? "known are \(Names.list(names))"
        )
    }
}
