import ArgumentParser
import JobSpec

/// `runner schema`.
struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of the job file, for editors.",
        discussion: """
            Editors that know JSON Schema complete and check job files with it:

              runner schema > job.schema.json
              # yaml-language-server: $schema=job.schema.json
            """
    )

    func run() async throws {
        try Session().console.output(JobSchema.json + "\n")
    }
}
