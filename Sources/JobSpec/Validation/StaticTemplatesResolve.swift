import Diagnostics
import JSONBytes

/// What can be worked out before the run is worked out now, so that its mistakes are found now.
struct StaticTemplatesResolve: JobValidator {
    func validate(_ job: Job, _ problems: Problems) {
        let known = StaticValues(job)
        for variable in job.vars where known.overgrown.contains(variable.name) {
            problems.error(
                "template-too-long",
                "the variables grow too large with `\(variable.name)`",
                at: variable.nameSpan,
                help: "variables made of each other double with every line: keep data in files"
            )
        }
        for variable in job.vars {
            for template in variable.value.strings where known.covers(template) { check(template, known, problems) }
        }
        for step in job.steps {
            if let condition = step.condition, known.covers(condition) {
                report(problems) { () throws(Diagnostic) in _ = try known.evaluator.condition(condition) }
            }
            switch step.forEach {
            case .template(let list)?: if known.covers(list) { checkList(list, known, problems) }
            case .csv(let input)?: checkText(input.path, known, problems)
            case .ndjson(let input)?: checkText(input.path, known, problems)
            case .items?, .step?, nil: break
            }
            check(step.request, known, problems)
            if let reconcile = step.reconcile { check(reconcile.request, known, problems) }
            if let key = step.idempotencyKey?.value { checkText(key, known, problems) }
        }
    }

    private func check(_ request: RequestTemplate, _ known: StaticValues, _ problems: Problems) {
        checkText(request.path, known, problems)
        for field in request.params { checkField(field, known, problems) }
        for field in request.headers { checkField(field, known, problems) }
        switch request.body {
        case .form(let fields): for field in fields { checkField(field, known, problems) }
        case .json(let value):
            for template in value.strings where known.covers(template) { check(template, known, problems) }
        case .text, .none: break
        }
    }

    private func check(_ template: TemplateString, _ known: StaticValues, _ problems: Problems) {
        guard !template.isLiteral else { return }
        report(problems) { () throws(Diagnostic) in _ = try known.evaluator.value(template) }
    }

    private func checkText(_ template: TemplateString, _ known: StaticValues, _ problems: Problems) {
        guard !template.isLiteral, known.covers(template) else { return }
        report(problems) { () throws(Diagnostic) in _ = try known.evaluator.text(template) }
    }

    private func checkList(_ template: TemplateString, _ known: StaticValues, _ problems: Problems) {
        report(problems) { () throws(Diagnostic) in
            let value = try known.evaluator.value(template)
            guard case .array = value else {
                throw .error(
                    "for-each-not-a-list",
                    "`for_each` yields \(value.kindName), not a list",
                    at: template.span,
                    help: "name a list of `vars`, or write one: `for_each: [a, b]`"
                )
            }
        }
    }

    /// A parameter or header is text, a number, a boolean, null (left out), or a list of those.
    private func checkField(_ field: RequestTemplate.Field, _ known: StaticValues, _ problems: Problems) {
        if field.value.isPlainLiteral { return }
        guard field.value.strings.allSatisfy(known.covers) else { return }
        report(problems) { () throws(Diagnostic) in
            let value = try known.evaluator.value(field.value)
            for element in value.elements ?? [value] {
                switch element {
                case .object, .array:
                    throw .error(
                        "wrong-type",
                        "`\(field.name)` is \(element.kindName): it takes text, a number, a boolean, or a list of those",
                        at: field.value.strings.first?.span ?? field.nameSpan,
                        help: "use `json(…)` or `join(…, ',')`"
                    )
                default: continue
                }
            }
        }
    }

    private func report(_ problems: Problems, _ body: () throws(Diagnostic) -> Void) {
        do throws(Diagnostic) { try body() } catch { problems.report(error) }
    }
}

extension TemplateValue {
    /// Whether the value is one text, number, boolean or null without a template: nothing can go wrong with it.
    fileprivate var isPlainLiteral: Bool {
        switch self {
        case .null, .bool, .number: true
        case .string(let template): template.isLiteral
        case .array, .object: false
        }
    }
}
