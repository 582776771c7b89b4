import Diagnostics

/// Every name in every template exists, and is there at the moment when the template is resolved.
struct TemplateNamesExist: JobValidator {
    /// What functions are called elsewhere.
    private static let otherNames = [
        "len": "did you mean `length`?",
        "size": "did you mean `length`?",
        "count": "did you mean `length`?",
        "str": "did you mean `string`?",
        "int": "did you mean `number`?",
        "float": "did you mean `number`?",
        "tojson": "did you mean `json`?",
        "to_json": "did you mean `json`?",
        "coalesce": "did you mean `default`?",
        "concat": "texts are joined by writing them side by side: `${{ vars.a }}-${{ vars.b }}`",
        "format": "texts are joined by writing them side by side: `${{ vars.a }}-${{ vars.b }}`",
        "now": "the time of the run is `run.as_of`, its date `date(run.as_of)`",
        "today": "the date of the run is `date(run.as_of)`",
    ]

    func validate(_ job: Job, _ problems: Problems) {
        let index = JobNames(job)
        for (place, variable) in job.vars.enumerated() {
            let names = KnownNames(roots: ["vars", "env", "run"], index: index, variableCount: place)
            for template in variable.value.strings { check(template, names, problems) }
        }
        check(job.environments, of: job.source, problems)
        let early = KnownNames(roots: ["vars", "env", "run", "steps"], index: index, variableCount: job.vars.count)
        var inCalls = early
        inCalls.roots += ["secrets", "token"]
        inCalls.runMembers = KnownNames.membersOfRun
        for (place, step) in job.steps.enumerated() {
            var names = early
            names.stepCount = place
            names.current = step.id.name
            if let condition = step.condition { check(condition, names, problems) }
            for template in step.forEach?.strings ?? [] { check(template, names, problems) }
            let items = step.forEach == nil ? [] : [step.itemRoot]
            if let key = step.idempotencyKey?.value {
                var keyNames = names
                keyNames.roots += items
                keyNames.runMembers = KnownNames.membersOfRun
                keyNames.reasons = KnownNames.reasonsInKeys
                check(key, keyNames, problems)
            }
            names.roots = items.isEmpty ? inCalls.roots : early.roots + items + ["secrets", "token"]
            names.runMembers = inCalls.runMembers
            step.request.forEachString { check($0, names, problems) }
            step.reconcile?.request.forEachString { check($0, names, problems) }
        }
    }

    /// Checks the environments that `file` defines.
    func check(_ environments: EnvironmentCatalogue, of file: SourceFile, _ problems: Problems) {
        let names = KnownNames(roots: ["secrets", "env"])
        for environment in environments.all where environment.span?.file == file {
            let templates = [
                environment.tokenURL, environment.audience, environment.baseURL, environment.clientID,
                environment.clientSecret,
            ]
            for template in templates.compactMap({ $0 }) { check(template, names, problems) }
        }
    }

    private func check(_ template: TemplateString, _ names: KnownNames, _ problems: Problems) {
        if template.isLiteral { return }
        for case .expression(let expression) in template.parts where !problems.isFull {
            for call in expression.calls { check(call, template, problems) }
            for reference in expression.references {
                if let diagnostic = names.problem(with: reference, in: template) { problems.report(diagnostic) }
            }
        }
    }

    /// Functions that make a text of a secret which masking would not know.
    private static let disguising: Set<String> = ["upper", "lower", "replace", "trim"]

    private func check(_ call: FunctionCall, _ template: TemplateString, _ problems: Problems) {
        if Self.disguising.contains(call.name),
            let secret = call.arguments.flatMap(\.references).first(where: { $0.root == "secrets" })
        {
            problems.error(
                "secret-changed",
                "`\(call.name)` would make a text of the secret that is not masked in logs",
                at: template.span(of: secret.range),
                help: "keep the secret as the API wants it, in a secret of its own"
            )
        }
        guard let function = TemplateFunction.all[call.name] else {
            let names = TemplateFunction.all.keys.sorted()
            problems.error(
                "unknown-function",
                "there is no function \(call.name.quoted)",
                at: template.span(of: call.nameRange),
                help: Self.otherNames[call.name.lowercased()] ?? Names.help(for: call.name, in: names)
                    ?? "functions are \(Names.list(names))"
            )
            return
        }
        guard !function.arity.contains(call.arguments.count) else { return }
        let wanted =
            function.arity.lowerBound == function.arity.upperBound
            ? "\(function.arity.lowerBound)" : "\(function.arity.lowerBound) to \(function.arity.upperBound)"
        problems.error(
            "wrong-argument-count",
            "`\(call.name)` takes \(wanted) argument\(function.arity.upperBound == 1 ? "" : "s"), not \(call.arguments.count)",
            at: template.span(of: call.range),
            help: "`\(function.signature)` yields \(function.summary)"
        )
    }
}
