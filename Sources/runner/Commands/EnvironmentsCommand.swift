import ArgumentParser
import Diagnostics
import JobSpec

/// `runner environments`.
struct EnvironmentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "environments",
        abstract: "List the environments that jobs can name.",
        discussion: """
            Environments are data in the job file's own format. --yaml prints the built-in ones as a starting point \
            for your own; a job takes them from its own `environments:` or from a file given by --environments.

              runner environments
              runner environments --yaml > environments.yaml
            """
    )

    @Flag(help: "Print the built-in environments as YAML.")
    var yaml = false

    @Option(help: ArgumentHelp("A file with more environments; may be repeated.", valueName: "file"))
    var environments: [String] = []

    func run() async throws {
        let session = Session()
        if yaml {
            try session.console.output(BuiltInEnvironments.yaml + "\n")
            return
        }
        let catalogue: EnvironmentCatalogue
        do throws(DiagnosticError) {
            catalogue = try EnvironmentFiles.catalogue(environments)
        } catch {
            throw session.failure(error)
        }
        try session.console.output(catalogue.all.map(Self.describe).joined(separator: "\n"))
    }

    private static func describe(_ environment: Environment) -> String {
        var lines = [environment.name + (environment.isProduction ? "  (production)" : "")]
        func add(_ name: String, _ value: String?) {
            if let value { lines.append("  \(name)\(String(repeating: " ", count: 15 - name.count))\(value)") }
        }
        add("extends", environment.extends)
        if environment.sandbox != nil { add("served by", "the embedded sandbox, started with the run") }
        add("token_url", environment.tokenURL?.source)
        add("audience", environment.audience?.source)
        add("base_url", environment.baseURL?.source)
        add("client_id", environment.clientID?.source)
        add("client_secret", environment.clientSecret?.source)
        add("scopes", environment.scopes.map(\.scope.name).joined(separator: " "))
        return lines.joined(separator: "\n") + "\n"
    }
}
