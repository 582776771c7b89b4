import JSONBytes
package import JobPlan
import JobSpec

/// What a plan writes, and where: read from the plan itself, or from the document that an earlier run has kept.
package struct PlannedWrites: Hashable, Sendable {
    /// The name of the environment.
    let environment: String
    /// As the job has it, references included; nothing where the environment has none of its own.
    let baseURL: String?
    /// The steps that change something at the API.
    let steps: Set<StepID>

    /// What a plan writes.
    package init(_ plan: Plan) {
        environment = plan.environment.name
        baseURL = plan.environment.baseURL?.source
        steps = Set(plan.steps.lazy.filter(\.isWrite).map(\.id))
    }

    /// Reads a plan's document; nothing where it is not one that this version writes.
    package init?(document: [UInt8]) {
        guard let plan = try? JSONParser.parse(document)["plan"],
            let environment = plan["environment"]?["name"]?.text, let planned = plan["steps"]?.elements
        else { return nil }
        var steps: Set<StepID> = []
        for step in planned {
            guard let id = step.step("id"),
                let method = step["request"]?["method"]?.text.flatMap({ HTTPMethod(rawValue: $0) })
            else { return nil }
            if !method.isSafe { steps.insert(id) }
        }
        self.environment = environment
        baseURL = plan["environment"]?["base_url"]?.text
        self.steps = steps
    }

    /// Whether both may write to the same API. Either is enough: an environment may have got another name since, or
    /// another way to write its URL.
    func mayShareAPI(with other: PlannedWrites) -> Bool {
        environment == other.environment || baseURL.map { $0 == other.baseURL } ?? false
    }
}
