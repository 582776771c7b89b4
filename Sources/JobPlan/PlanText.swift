import Diagnostics
import JSONBytes
import JobSpec

extension Plan {
    /// The plan for people: which tokens, why, and what each step calls.
    package var text: String {
        var lines = [headline, ""]
        lines.append("Tokens")
        if tokens.isEmpty { lines.append("  none: there is nothing to call") }
        for token in tokens { lines += Self.lines(token, steps) }
        if !isProvedSmallest { lines.append("  not proved smallest: the search ended at its bound") }
        lines += ["", "Steps"]
        let width = steps.map(\.id.name.count).max() ?? 0
        let known = StaticValues(job)
        for (index, step) in steps.enumerated() { lines += Self.lines(step, known, number: index + 1, width: width) }
        if !skipped.isEmpty {
            lines += ["", "Left out, and their scopes with them"]
            lines += skipped.map { "  \($0.step.id)  \($0.reason.rawValue)" }
        }
        // Parts of the job stand in it as they were written.
        return lines.map(TerminalText.line).joined(separator: "\n") + "\n"
    }

    private var headline: String {
        let kind =
            environment.sandbox != nil ? " (embedded sandbox)" : environment.isProduction ? " (PRODUCTION)" : ""
        return "\(job.name) on \(environment.name)\(kind) · \(Self.count(steps.count, "step")) · "
            + "\(Self.count(tokens.count, "token")) · plan \(hash.prefix(12))"
    }

    private static func lines(_ token: PlannedToken, _ steps: [PlannedStep]) -> [String] {
        let width = token.scopes.map(\.name.count).max() ?? 0
        var lines = token.reasons.enumerated().map { index, reason in
            let name = index == 0 ? token.id.name : String(repeating: " ", count: token.id.name.count)
            let why =
                reason.calls.isEmpty
                ? "no call needs a scope, but a token request must name one: the least there is"
                : "needed by \(list(reason.calls.map(\.description)))"
            return "  \(name)  \(padded(reason.scope.name, width))  \(why)"
        }
        let riders = steps.flatMap { $0.calls(needingNothingBut: token.id) }.map(\.description)
        if !riders.isEmpty {
            let indent = String(repeating: " ", count: token.id.name.count + width + 6)
            lines.append("\(indent)any valid token will do for \(list(riders))")
        }
        return lines
    }

    /// - Parameter known: values that stand in the place of what refers to them.
    private static func lines(
        _ planned: PlannedStep,
        _ known: StaticValues,
        number: Int,
        width: Int
    ) -> [String] {
        let step = planned.step
        let first =
            "  \(number). \(padded(step.id.name, width))  \(planned.token)  \(step.request.method.rawValue) \(known.text(step.request.path))"
        var details: [String] = []
        if let condition = step.condition { details.append("if \(condition.source)") }
        switch step.forEach {
        case .items(let items, _)?: details.append("for each of \(count(items.count, "item"))")
        case .template(let template)?: details.append("for each of \(template.source)")
        case .csv(let input)?: details.append("for each row of \(known.text(input.path))")
        case .ndjson(let input)?: details.append("for each line of \(known.text(input.path))")
        case .step(let source)?: details.append("for each record of \(source.value)")
        case nil: break
        }
        if let size = step.batchSize { details.append("in batches of \(size)") }
        if !planned.isWrite { details.append(pages(planned.paginator)) }
        if step.concurrency > 1, canFlyTogether(planned) {
            details.append("\(step.concurrency) in flight")
        }
        let records =
            planned.dataSelector?.source ?? (planned.isWrite ? "an outcome for each call" : "the whole answer")
        details.append("\(records) → \(step.id).ndjson")
        let indent = String(repeating: " ", count: String(number).count + width + 6)
        let safety = safety(planned, known)
        return [first] + [details, safety].filter { !$0.isEmpty }.map { indent + $0.joined(separator: " · ") }
    }

    /// What keeps the step's writes from being lost or made twice, and how many items it may leave out.
    private static func safety(_ planned: PlannedStep, _ known: StaticValues) -> [String] {
        let step = planned.step
        var details: [String] = []
        if let key = step.idempotencyKey {
            details.append("idempotency key \(key.value?.source ?? "of the runner's own") in \(key.header)")
        }
        if let reconcile = step.reconcile {
            let call = "\(reconcile.request.method.rawValue) \(known.text(reconcile.request.path))"
            let token =
                planned.reconcileToken == planned.token ? "" : planned.reconcileToken.map { " with \($0)" } ?? ""
            details.append("reconciled by \(call)\(token), done if it has \(reconcile.found.value.source)")
        }
        if step.onError == .skip, let most = step.maxFailures { details.append("at most \(most) left out") }
        return details
    }

    /// Whether several calls can be under way: items of one page each, or pages whose number the first answer tells.
    private static func canFlyTogether(_ planned: PlannedStep) -> Bool {
        switch planned.paginator.kind {
        case .singlePage: planned.step.forEach != nil
        case .offset(let pages): pages.totalPath != nil
        case .pageNumber(let pages): pages.totalPath != nil
        case .cursor, .jsonLink, .headerLink: false
        }
    }

    private static func pages(_ paginator: Paginator) -> String {
        switch paginator.kind {
        case .offset(let pages): "pages of \(pages.limit) by offset"
        case .pageNumber: "pages by number"
        case .cursor: "pages by cursor"
        case .jsonLink: "pages by links in the answer"
        case .headerLink: "pages by Link fields"
        case .singlePage: "one page"
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private static func list(_ names: [String]) -> String {
        names.count <= 6
            ? names.joined(separator: ", ")
            : names.prefix(5).joined(separator: ", ") + " and \(names.count - 5) more"
    }
}

extension StaticValues {
    /// What a template comes to where that is known while planning, else the template as it was written.
    fileprivate func text(_ template: TemplateString) -> String {
        guard covers(template), let text = try? evaluator.text(template) else { return template.source }
        return text
    }
}

extension PlannedStep {
    /// The calls that ride on a token although they need none of its scopes.
    fileprivate func calls(needingNothingBut token: TokenID) -> [PlannedCall] {
        var calls: [PlannedCall] = []
        if self.token == token, scopes.isEmpty { calls.append(PlannedCall(step: id, kind: .request)) }
        if reconcileToken == token, reconcileScopes.isEmpty {
            calls.append(PlannedCall(step: id, kind: .reconcile))
        }
        return calls
    }
}
