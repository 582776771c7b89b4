import Diagnostics
import YAMLReader

/// Reads a whole job file. Every problem is reported; a job comes out only where there was no error.
struct JobDecoder {
    static let keys = [
        "name", "description", "environment", "environments", "vars", "tokens", "timeout", "retry", "rate_limit",
        "steps",
    ]
    private static let aliases: [String: Fields.Advice] = [
        "env": .use(
            "environment",
            "the environment is `environment`; environment variables are read as `${{ env.X }}`"
        ),
        "variables": .means("vars"),
        "jobs": .use("steps", "a file holds one job: `name`, `environment` and `steps` stand at the top"),
        "scopes": "scopes belong to the steps that need them",
        "version": "a job file has no version",
        "tasks": .means("steps"),
        "on": "a job runs when it is started: by a person, cron or a systemd timer",
        "cron": "a job runs when it is started: by a person, cron or a systemd timer",
        "schedule": "a job runs when it is started: by a person, cron or a systemd timer",
        "secrets": "secrets are used where they are needed: `${{ secrets.NAME }}`",
    ]

    let problems: Problems

    /// - Parameter outer: environments known from elsewhere; the job's own come first.
    func decode(_ root: consuming YAMLNode, source: SourceFile, outer: EnvironmentCatalogue) -> Job? {
        guard
            var fields = Fields(
                consume root,
                what: "a job",
                keys: Self.keys,
                problems: problems,
                aliases: Self.aliases,
                example: "name: nightly"
            )
        else { return nil }
        let name = name(fields)
        let settings = SettingsDecoder(problems: problems)
        let defaults = StepDefaults(
            retry: fields["retry"].flatMap(settings.retry),
            rateLimit: fields["rate_limit"].flatMap(settings.rateLimit)
        )
        let environments =
            fields["environments"].map { EnvironmentsDecoder(problems: problems).decode($0, outer: outer) } ?? outer
        let steps = steps(&fields, defaults)
        return Job(
            name: name ?? StepID(unchecked: "job"),
            description: fields.string("description")?.value,
            environment: fields.string("environment"),
            environments: environments,
            vars: vars(fields),
            tokens: fields.choice("tokens", of: TokenStrategy.self) ?? .leastPrivilege,
            retry: defaults.retry,
            timeout: fields.duration("timeout", atLeast: .milliseconds(1)),
            steps: steps,
            source: source
        )
    }

    private func name(_ fields: Fields) -> StepID? {
        guard let text = fields.string("name") else {
            if fields["name"] == nil {
                fields.missing("name", help: "it names the folder of the results: `name: nightly`")
            }
            return nil
        }
        guard let name = StepID(text.value) else {
            problems.error(
                "bad-job-name",
                "\(text.value.quoted) can't name a job",
                at: text.span,
                help: StepID.advice(for: text.value, key: "name")
            )
            return nil
        }
        return name
    }

    private func vars(_ fields: Fields) -> [Variable] {
        guard let node = fields["vars"] else { return [] }
        guard case .mapping(let entries) = node.content else {
            problems.error(
                "wrong-type",
                "`vars` is a mapping of names to values, not \(node.kindName)",
                at: node.span.firstLine,
                help: node.missingSpaceHelp ?? "write `NAME: value` lines, without `-`"
            )
            return []
        }
        return entries.map { entry in
            Variable(
                name: entry.key.text,
                nameSpan: entry.key.span,
                value: TemplateValue(entry.value, report: problems.report)
            )
        }
    }

    /// The steps. What has been read of the tree is given up on the way, so that tree and job are never there whole
    /// side by side.
    private func steps(_ fields: inout Fields, _ defaults: StepDefaults) -> [Step] {
        guard let node = fields.take("steps") else {
            fields.missing("steps", help: "list what to call: `steps: [{ id: loans, request: { path: /… } }]`")
            return []
        }
        let (span, kind) = (node.span, node.kindName)
        guard case .sequence(var elements) = (consume node).content else {
            problems.error(
                "wrong-type",
                "`steps` is a list, not \(kind)",
                at: span.firstLine,
                help: "begin each step with `- id: …`; steps run in that order"
            )
            return []
        }
        if elements.isEmpty {
            problems.error(
                "no-steps",
                "`steps` is empty: the job would do nothing",
                at: span,
                help: "list what to call: `- id: loans`, with its `request` below"
            )
        }
        let decoder = StepDecoder(problems: problems)
        var steps: [Step] = []
        steps.reserveCapacity(elements.count)
        elements.reverse()
        while let element = elements.popLast() {
            if let step = decoder.decode(element) { steps.append(defaults.fill(step)) }
        }
        return steps
    }
}

/// What the job says for all of its steps.
private struct StepDefaults {
    let retry: RetryPolicy?
    let rateLimit: RateLimit?

    func fill(_ step: Step) -> Step {
        guard (step.retry == nil && retry != nil) || (step.rateLimit == nil && rateLimit != nil) else { return step }
        return step.with(retry: step.retry ?? retry, rateLimit: step.rateLimit ?? rateLimit)
    }
}
