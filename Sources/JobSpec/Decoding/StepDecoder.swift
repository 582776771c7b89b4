import Diagnostics
import JSONBytes
import YAMLReader

/// Reads one entry of `steps`.
struct StepDecoder {
    static let keys = [
        "id", "name", "if", "scopes", "for_each", "batch_size", "concurrency", "timeout", "request", "paginator",
        "data_selector", "retry", "rate_limit", "success_criteria", "on_error", "idempotency_key", "reconcile",
        "output",
    ]
    private static let aliases: [String: Fields.Advice] = [
        "when": .use("if", "the condition of a step is `if`"),
        "foreach": .means("for_each"),
        "loop": .means("for_each"),
        "with_items": .means("for_each"),
        "needs": "steps run in the order written",
        "depends_on": "steps run in the order written",
        "scope": .means("scopes"),
        "url": .use("request", "write `request: { path: … }`; the address is the environment's `base_url`"),
        "path": .use("request", "write it under `request`"),
        "method": .use("request", "write it under `request`"),
        "params": .use("request", "write it under `request`"),
        "headers": .use("request", "write it under `request`"),
        "json": .use("request", "write it under `request`"),
        "uses": "a step makes calls: write `request`",
        "run": "a step makes calls: write `request`",
        "outputs": .means("output"),
        "selector": .means("data_selector"),
        "pagination": .means("paginator"),
        "retries": .use("retry", "write `retry: { max_attempts: 5 }`"),
        "continue_on_error": .use("on_error", "write `on_error: continue`"),
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
            let fields = Fields(
                node,
                what: "a step",
                keys: Self.keys,
                problems: problems,
                aliases: Self.aliases,
                example: "{ id: loans, request: { path: /v3/loans } }"
            )
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
        let forEach = fields["for_each"].map { ForEachDecoder(problems: problems).decode($0) }
        let paginator = fields["paginator"].flatMap { PaginatorDecoder(problems: problems).decode($0) }
        // A step whose request is broken stays known to later steps; one without an id can't be.
        guard let id else { return nil }
        return Step(
            id: id,
            idSpan: fields["id"]?.span ?? fields.span.firstLine,
            name: fields.string("name")?.value,
            condition: condition,
            scopes: scopes,
            forEach: forEach,
            batchSize: nil,
            concurrency: fields.int("concurrency", in: 1...Self.concurrencyLimit) ?? 2,
            timeout: fields.duration("timeout", atLeast: .milliseconds(1)),
            request: request ?? RequestTemplate.placeholder(node),
            paginator: paginator,
            dataSelector: fields.jsonPath("data_selector"),
            retry: fields["retry"].flatMap(settings.retry),
            rateLimit: fields["rate_limit"].flatMap(settings.rateLimit),
            successCriteria: fields["success_criteria"].map { SuccessCriteriaDecoder(problems: problems).decode($0) }
                ?? [],
            onError: fields.choice(
                "on_error",
                of: OnError.self,
                aliases: ["ignore": .continue, "stop": .fail, "abort": .fail]
            ) ?? .fail,
            maxFailures: nil,
            idempotencyKey: nil,
            reconcile: nil,
            outputs: outputs(fields)
        )
    }

    private func id(_ fields: Fields) -> StepID? {
        guard let text = fields.string("id") else {
            if fields["id"] == nil { fields.missing("id", help: "the id names the step's file: `id: loans`") }
            return nil
        }
        guard let id = StepID(text.value) else {
            problems.error(
                "bad-step-id",
                "\(text.value.quoted) can't name a step",
                at: text.span,
                help: StepID.advice(for: text.value, key: "id")
            )
            return nil
        }
        return id
    }

    private func condition(_ fields: Fields) -> TemplateString? {
        guard let node = fields["if"] else { return nil }
        guard let scalar = node.scalar else {
            problems.error(
                "wrong-type",
                "`if` is one expression, not \(node.kindName)",
                at: node.span.firstLine,
                help: "join conditions with `&&` or `||`"
            )
            return nil
        }
        let condition = TemplateString(expression: scalar.text, node: node, report: problems.report)
        if condition.loneExpression == nil, !condition.isBroken {
            let bare = scalar.text.replacing(utf8: "${{", with: "").replacing(utf8: "}}", with: "")
            problems.error(
                "if-not-one-expression",
                "`if` is one expression, without text around it",
                at: node.span,
                help: "leave out the braces: `if: \(bare.split(separator: " ").joined(separator: " "))`"
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
                at: node.span.firstLine,
                help: "write `output: { total: $.total }`"
            )
            return []
        }
        return entries.compactMap { entry in
            // A refused path leaves the name known to later steps.
            let path = JSONPathText.parse(entry.value, key: "output.\(entry.key.text)", problems: problems)?.value
            return (path ?? (try? JSONPath("$"))).map {
                StepOutput(name: entry.key.text, nameSpan: entry.key.span, path: $0)
            }
        }
    }
}

extension RequestTemplate {
    /// Stands in while the rest of a broken step is checked; a job with errors never leaves the loader.
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
