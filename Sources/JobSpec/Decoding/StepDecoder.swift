import Diagnostics
import JSONBytes
import YAMLReader

/// Reads one entry of `steps`.
struct StepDecoder {
    private static let keys = [
        "id", "name", "if", "scopes", "for_each", "batch_size", "concurrency", "timeout", "request", "paginator",
        "data_selector", "retry", "rate_limit", "success_criteria", "on_error", "idempotency_key", "reconcile",
        "output",
    ]
    private static let aliases = [
        "when": "the condition of a step is `if`",
        "foreach": "write `for_each`",
        "loop": "write `for_each`",
        "with_items": "write `for_each`",
        "needs": "steps run in the order written",
        "depends_on": "steps run in the order written",
        "scope": "did you mean `scopes`?",
        "url": "write `request: { path: … }`; the address is the environment's `base_url`",
        "path": "write it under `request`",
        "method": "write it under `request`",
        "params": "write it under `request`",
        "outputs": "did you mean `output`?",
        "selector": "did you mean `data_selector`?",
        "pagination": "did you mean `paginator`?",
        "retries": "write `retry: { max_attempts: 5 }`",
        "continue_on_error": "write `on_error: continue`",
    ]
    /// Known words of the vocabulary that this version doesn't act on: said at once rather than ignored.
    private static let later = [
        "batch_size": "grouping items into one call",
        "idempotency_key": "repeating a write under its key",
        "reconcile": "settling a write whose outcome is unknown",
    ]
    static let concurrencyLimit = 64

    let problems: Problems

    func decode(_ node: YAMLNode) -> Step? {
        guard
            let fields = Fields(node, what: "a step", keys: Self.keys, problems: problems, aliases: Self.aliases)
        else { return nil }
        for (key, feature) in Self.later.sorted(by: { $0.key < $1.key }) where fields[key] != nil {
            problems.error(
                "not-supported-yet",
                "`\(key)` is not supported yet",
                at: fields.keySpan(key),
                label: "\(feature) comes with durable writes",
                help: "leave it out"
            )
        }
        let id = id(fields)
        let request: RequestTemplate?
        if let node = fields["request"] {
            request = RequestDecoder(problems: problems).decode(node)
        } else {
            fields.missing("request", help: "say what to call: `request: { method: GET, path: /v3/… }`")
            request = nil
        }
        let settings = SettingsDecoder(problems: problems)
        let condition = condition(fields)
        let scopes = fields["scopes"].flatMap { ScopesDecoder(problems: problems).decode($0) }
        let forEach = fields["for_each"].flatMap { ForEachDecoder(problems: problems).decode($0) }
        let paginator = fields["paginator"].flatMap { PaginatorDecoder(problems: problems).decode($0) }
        let step = Step(
            id: id ?? StepID.placeholder,
            idSpan: fields["id"]?.span ?? fields.span.firstLine,
            name: fields.string("name")?.value,
            condition: condition,
            scopes: scopes,
            forEach: forEach,
            concurrency: fields.int("concurrency", in: 1...Self.concurrencyLimit) ?? 2,
            timeout: fields.duration("timeout"),
            request: request ?? RequestTemplate.placeholder(node),
            paginator: paginator,
            dataSelector: fields.jsonPath("data_selector"),
            retry: fields["retry"].flatMap(settings.retry),
            rateLimit: fields["rate_limit"].flatMap(settings.rateLimit),
            successCriteria: fields["success_criteria"].map { SuccessCriteriaDecoder(problems: problems).decode($0) }
                ?? [],
            onError: fields.choice("on_error", of: OnError.self) ?? .fail,
            outputs: outputs(fields)
        )
        return id == nil || request == nil ? nil : step
    }

    private func id(_ fields: Fields) -> StepID? {
        guard let text = fields.string("id") else {
            if fields["id"] == nil { fields.missing("id", help: "the id names the step's file: `id: loans`") }
            return nil
        }
        guard let id = StepID(text.value) else {
            problems.error(
                "bad-step-id",
                "`\(text.value)` can't name a step",
                at: text.span,
                help: "an id is a letter, then letters, digits, `_` and `-`: it names a file"
            )
            return nil
        }
        return id
    }

    private func condition(_ fields: Fields) -> TemplateString? {
        guard let node = fields["if"] else { return nil }
        guard let scalar = node.scalar else {
            problems.error("wrong-type", "`if` is an expression, not \(node.kindName)", at: node.span)
            return nil
        }
        let condition = TemplateString(expression: scalar.text, node: node, report: problems.report)
        if condition.loneExpression == nil, !condition.parts.isEmpty {
            problems.error(
                "if-not-one-expression",
                "`if` is one expression, without text around it",
                at: node.span,
                help: "write `if: vars.full == true`"
            )
            return nil
        }
        return condition.loneExpression == nil ? nil : condition
    }

    private func outputs(_ fields: Fields) -> [StepOutput] {
        guard let node = fields["output"] else { return [] }
        guard case .mapping(let entries) = node.content else {
            problems.error(
                "wrong-type",
                "`output` is a mapping of names to JSONPaths, not \(node.kindName)",
                at: node.span,
                help: "write `output: { total: $.total }`"
            )
            return []
        }
        return entries.compactMap { entry in
            JSONPathText.parse(entry.value, key: "output.\(entry.key.text)", problems: problems).map {
                StepOutput(name: entry.key.text, nameSpan: entry.key.span, path: $0.value)
            }
        }
    }
}

extension StepID {
    /// Stands in while the rest of a broken step is checked; a job with errors never leaves the decoder.
    fileprivate static var placeholder: StepID { StepID(unchecked: "step") }
}

extension RequestTemplate {
    fileprivate static func placeholder(_ node: YAMLNode) -> RequestTemplate {
        RequestTemplate(
            method: .get,
            methodSpan: node.span,
            path: TemplateString("/", node: node) { _ in },
            params: [],
            headers: [],
            body: .none,
            timeout: .zero,
            span: node.span
        )
    }
}
