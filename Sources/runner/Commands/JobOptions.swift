import ArgumentParser
import Diagnostics
import JobPlan
import JobSpec

/// The options that decide what a job is and which part of it is meant; shared by `run` and `plan`.
struct JobOptions: ParsableArguments {
    @Argument(help: "The job file.", completion: .file(extensions: ["yaml", "yml"]))
    var job: String

    @Option(name: .shortAndLong, help: "Use this environment instead of the job's own.")
    var environment: String?

    @Option(help: ArgumentHelp("A file with more environments; may be repeated.", valueName: "file"))
    var environments: [String] = []

    @Option(name: [.customLong("var")], help: ArgumentHelp("Replace a variable's default.", valueName: "name=value"))
    var variables: [String] = []

    @Option(help: ArgumentHelp("Only these steps; may be repeated.", valueName: "step"))
    var only: [String] = []

    @Option(help: ArgumentHelp("Begin at this step.", valueName: "step"))
    var from: String?

    mutating func validate() throws {
        for variable in variables where !variable.contains("=") || variable.hasPrefix("=") {
            throw ValidationError("--var takes NAME=VALUE, not '\(variable)'.")
        }
    }

    var request: JobRequest {
        JobRequest(
            file: job,
            environment: environment,
            environmentFiles: environments,
            variables: variables,
            selection: StepSelection(only: only, from: from)
        )
    }
}

/// Files of environments, read in order: a later file may extend what an earlier one defines.
enum EnvironmentFiles {
    static func catalogue(_ paths: [String]) throws(DiagnosticError) -> EnvironmentCatalogue {
        var catalogue = try BuiltInEnvironments.catalogue()
        for path in paths {
            catalogue = try EnvironmentFile.read(path: path, outer: catalogue)
        }
        return catalogue
    }
}
