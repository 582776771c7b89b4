import Diagnostics
import JSONBytes
import YAMLReader

/// Reads one entry of `steps`.
struct StepDecoder {
    static let keys = [
        "id", "name", "if", "scopes", "for_each", "batch_size", "concurrency", "timeout", "request", "paginator",
        "data_selector", "retry", "rate_limit", "success_criteria", "on_error", "max_failures", "idempotency_key",
        "reconcile", "output",
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
        "batch": .use("batch_size", "write `batch_size: 250`"),
        "chunk_size": .means("batch_size"),
        "max_errors": .means("max_failures"),
        "failure_threshold": .means("max_failures"),
        "idempotency": .means("idempotency_key"),
        "idempotent": .use("idempotency_key", "write `idempotency_key: auto`"),
        "verify": .means("reconcile"),
        "retries": .use("retry", "write `retry: { max_attempts: 5 }`"),
        "continue_on_error": .use("on_error", "write `on_error: continue`"),
    ]
    static let concurrencyLimit = 64
    static let batchLimit = 100_000

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
        let batchSize = batchSize(fields)
        let safety = WriteSafetyDecoder(problems: problems)
        let paginator = fields["paginator"].flatMap { PaginatorDecoder(problems: problems).decode($0) }
        let onError = fields.choice(
            "on_error",
            of: OnError.self,
            aliases: ["ignore": .continue, "stop": .fail, "abort": .fail]
        )
        let maxFailures = fields["max_failures"].flatMap(safety.maxFailures)
        if maxFailures != nil { checkUse(ofMaxFailures: fields, onError) }
        // A step whose request is broken stays known to later steps; one without an id can't be.
        guard let id else { return nil }
        return Step(
            id: id,
            idSpan: fields["id"]?.span ?? fields.span.firstLine,
            name: fields.string("name")?.value,
            condition: condition,
            scopes: scopes,
            forEach: forEach,
            batchSize: batchSize,
            concurrency: fields.int("concurrency", in: 1...Self.concurrencyLimit) ?? 2,
            timeout: fields.duration("timeout", atLeast: .milliseconds(1)),
            request: request ?? RequestTemplate.placeholder(node),
            paginator: paginator,
            dataSelector: fields.jsonPath("data_selector"),
            retry: fields["retry"].flatMap(settings.retry),
            rateLimit: fields["rate_limit"].flatMap(settings.rateLimit),
            successCriteria: fields["success_criteria"].map { SuccessCriteriaDecoder(problems: problems).decode($0) }
                ?? [],
            onError: onError ?? .fail,
            maxFailures: maxFailures,
            idempotencyKey: fields["idempotency_key"].flatMap {
                safety.idempotencyKey($0, keySpan: fields.keySpan("idempotency_key"))
            },
            reconcile: fields["reconcile"].flatMap {
                safety.reconcile($0, keySpan: fields.keySpan("reconcile"))
            },
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

    private func batchSize(_ fields: Fields) -> Int? {
        guard fields["batch_size"] != nil else { return nil }
        // Where it was refused, `batch` stays the known name.
        let size = fields.int("batch_size", in: 1...Self.batchLimit) ?? 1
        guard fields["for_each"] != nil else {
            problems.error(
                "batch-without-items",
                "`batch_size` groups the items of `for_each`, and there is none",
                at: fields.keySpan("batch_size"),
                help: "add `for_each`, or leave `batch_size` out"
            )
            return nil
        }
        return size
    }

    /// `max_failures` counts the items that `on_error: skip` leaves out.
    private func checkUse(ofMaxFailures fields: Fields, _ onError: OnError?) {
        if onError != .skip, onError != nil || fields["on_error"] == nil {
            problems.warning(
                "max-failures-not-used",
                "`max_failures` counts items that are left out, and with `on_error: \((onError ?? .fail).rawValue)` none is",
                at: fields.keySpan("max_failures"),
                help: "write `on_error: skip`, or leave `max_failures` out"
            )
        } else if fields["for_each"] == nil {
            problems.warning(
                "max-failures-not-used",
                "`max_failures` counts the items of `for_each`, and there is none",
                at: fields.keySpan("max_failures"),
                help: "leave it out"
            )
        }
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
                help: node.missingSpaceHelp ?? "write `output: { total: $.total }`"
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
