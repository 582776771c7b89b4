import Diagnostics
import YAMLReader

/// Reads a whole job file. Every problem is reported; a job comes out only where there was no error.
struct JobDecoder {
    private static let keys = [
        "name", "description", "environment", "environments", "vars", "tokens", "timeout", "retry", "rate_limit",
        "steps",
    ]
    private static let aliases = [
        "env": "the environment is `environment`; environment variables are read as `${{ env.X }}`",
        "variables": "did you mean `vars`?",
        "jobs": "a file holds one job: `name`, `environment` and `steps` stand at the top",
        "scopes": "scopes belong to the steps that need them",
        "version": "a job file has no version",
        "tasks": "did you mean `steps`?",
    ]

    let problems: Problems

    /// - Parameter outer: environments known from elsewhere; the job's own come first.
    func decode(_ root: YAMLNode, source: SourceFile, outer: EnvironmentCatalogue) -> Job? {
        guard
            let fields = Fields(root, what: "a job", keys: Self.keys, problems: problems, aliases: Self.aliases)
        else { return nil }
        let name = name(fields)
        let settings = SettingsDecoder(problems: problems)
        let defaults = StepDefaults(
            retry: fields["retry"].flatMap(settings.retry),
            rateLimit: fields["rate_limit"].flatMap(settings.rateLimit)
        )
        let environments =
            fields["environments"].map { EnvironmentsDecoder(problems: problems).decode($0, outer: outer) } ?? outer
        let steps = steps(fields).map { defaults.fill($0) }
        return Job(
            name: name ?? StepID(unchecked: "job"),
            description: fields.string("description")?.value,
            environment: fields.string("environment"),
            environments: environments,
            vars: vars(fields),
            tokens: fields.choice("tokens", of: TokenStrategy.self) ?? .leastPrivilege,
            timeout: fields.duration("timeout"),
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
                "`\(text.value)` can't name a job",
                at: text.span,
                help: "a name is a letter, then letters, digits, `_` and `-`: it names a folder"
            )
            return nil
        }
        return name
    }

    private func vars(_ fields: Fields) -> [Variable] {
        guard let node = fields["vars"] else { return [] }
        guard case .mapping(let entries) = node.content else {
            problems.error("wrong-type", "`vars` is a mapping of names to values, not \(node.kindName)", at: node.span)
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

    private func steps(_ fields: Fields) -> [Step] {
        guard let node = fields["steps"] else {
            fields.missing("steps", help: "list what to call: `steps: [{ id: loans, request: { path: /… } }]`")
            return []
        }
        guard case .sequence(let elements) = node.content else {
            problems.error(
                "wrong-type",
                "`steps` is a list, not \(node.kindName)",
                at: node.span.firstLine,
                help: "begin each step with `- id: …`"
            )
            return []
        }
        if elements.isEmpty {
            problems.error("no-steps", "`steps` is empty: the job would do nothing", at: node.span)
        }
        return elements.compactMap { StepDecoder(problems: problems).decode($0) }
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
