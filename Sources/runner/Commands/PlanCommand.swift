import ArgumentParser
import Diagnostics
import JobPlan

/// `runner plan JOB`.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show which tokens and calls a job would make; send nothing.",
        discussion: """
            The plan is worked out from the job file alone: same file, same plan, byte for byte. Its hash changes \
            exactly when the plan does. Nothing is requested in a run that the plan does not show.

              runner plan jobs/nightly.yaml
              runner plan jobs/nightly.yaml --format json | jq .hash
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    @OptionGroup var job: JobOptions

    @Option(help: "text for people, json for programs.")
    var format: Format = .text

    func run() throws {
        let session = Session()
        let plan = try session.planned(job.request)
        switch format {
        case .text: try session.console.output(plan.text)
        case .json: try session.console.output(line: plan.document)
        }
    }
}
