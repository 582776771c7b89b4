import Diagnostics
import JobSpec

/// What one call needs, from what the job declares and what the catalogue knows, with a diagnostic for each difference.
struct CallRequirement {
    let step: Step
    let call: PlannedCall
    let operation: Operation?
    let requirement: ScopeRequirement
    let diagnostics: [Diagnostic]

    /// What a step's own call needs.
    init(_ step: Step, environment: Environment, matcher: OperationMatcher) {
        self.init(
            step,
            .request,
            step.request,
            step.scopes,
            place: step.idSpan,
            environment: environment,
            matcher: matcher
        )
    }

    /// What the call needs that settles a write of unknown outcome: a call with an authority of its own.
    init(_ reconcile: Reconcile, of step: Step, environment: Environment, matcher: OperationMatcher) {
        self.init(
            step,
            .reconcile,
            reconcile.request,
            reconcile.scopes,
            place: reconcile.span,
            environment: environment,
            matcher: matcher
        )
    }

    /// Everything that the calls of some steps need, in order: each step's own call, then the one that reconciles it.
    static func all(of steps: [Step], environment: Environment, matcher: OperationMatcher) -> [CallRequirement] {
        var all: [CallRequirement] = []
        all.reserveCapacity(steps.count)
        for step in steps {
            all.append(CallRequirement(step, environment: environment, matcher: matcher))
            if let reconcile = step.reconcile {
                all.append(CallRequirement(reconcile, of: step, environment: environment, matcher: matcher))
            }
        }
        return all
    }

    private init(
        _ step: Step,
        _ kind: PlannedCall.Kind,
        _ request: RequestTemplate,
        _ scopes: DeclaredScopes?,
        place: SourceSpan,
        environment: Environment,
        matcher: OperationMatcher
    ) {
        self.step = step
        let call = PlannedCall(step: step.id, kind: kind)
        self.call = call
        let operation = matcher.operation(for: request)
        self.operation = operation
        var diagnostics = Self.unknownScopes(scopes, environment)
        switch (operation, scopes) {
        case (let operation?, let declared?):
            diagnostics += Self.differences(call, declared, operation)
            // The job may narrow an "any of"; it can't widen what the operation takes.
            requirement = operation.requirement.narrowed(to: declared.requirement)
        case (let operation?, nil):
            requirement = operation.requirement
        case (nil, let declared?):
            requirement = declared.requirement
            if !environment.operations.isEmpty { diagnostics.append(Self.unlisted(request, environment, matcher)) }
        case (nil, nil):
            requirement = .anyToken
            let example = environment.scopes.first?.scope.name ?? "…"
            let section = kind == .reconcile ? " under `reconcile`" : ""
            diagnostics.append(
                .error(
                    "scopes-unknown",
                    "nothing says which scopes `\(call)` needs",
                    at: place,
                    help: "add `scopes: [\(example)]`\(section), or `scopes: []` if any valid token will do",
                    "environment `\(environment.name)` lists no operation \(request.method.rawValue) \(matcher.shape(of: request.path))"
                )
            )
        }
        if kind == .request { diagnostics += Self.pagesOfAWrite(step, operation) }
        self.diagnostics = diagnostics
    }

    private static func unknownScopes(_ declared: DeclaredScopes?, _ environment: Environment) -> [Diagnostic] {
        guard let declared, !environment.scopes.isEmpty else { return [] }
        return declared.places.filter { environment.scope($0.value) == nil }.map { place in
            let names = environment.scopes.map(\.scope.name)
            return .error(
                "unknown-scope",
                "environment `\(environment.name)` has no scope `\(place.value)`",
                at: place.span,
                help: Suggestion.help(for: place.value.name, in: names)
                    ?? "its scopes are \(names.map { "`\($0)`" }.joined(separator: ", "))"
            )
        }
    }

    private static func differences(
        _ call: PlannedCall,
        _ declared: DeclaredScopes,
        _ operation: Operation
    ) -> [Diagnostic] {
        let needed = operation.requirement
        if declared.requirement == needed { return [] }
        let name = "\(operation.method.rawValue) \(operation.path)"
        var diagnostics: [Diagnostic] = []
        if !declared.requirement.alternatives.allSatisfy(needed.isSatisfied) {
            diagnostics.append(
                .error(
                    "scope-not-declared",
                    "`\(name)` needs \(needed.summary), which `\(call)` doesn't declare",
                    at: declared.span,
                    help:
                        "write `scopes: [\(needed.alternatives[0].sorted().map(\.name).joined(separator: ", "))]`, or leave `scopes` out: the catalogue knows it"
                )
            )
        }
        for place in declared.places where !needed.mentioned.contains(place.value) {
            diagnostics.append(
                .warning(
                    "scope-not-needed",
                    "`\(name)` doesn't need `\(place.value)`: the plan leaves it out",
                    at: place.span,
                    help: needed == .anyToken
                        ? "it takes any valid token: remove `scopes`" : "it needs \(needed.summary)"
                )
            )
        }
        return diagnostics
    }

    private static func unlisted(
        _ request: RequestTemplate,
        _ environment: Environment,
        _ matcher: OperationMatcher
    ) -> Diagnostic {
        let shape = matcher.shape(of: request.path)
        let paths = environment.operations.filter { $0.method == request.method }.map(\.path)
        var diagnostic = Diagnostic.warning(
            "unlisted-operation",
            "environment `\(environment.name)` lists no \(request.method.rawValue) \(shape)",
            at: request.path.span
        )
        if let help = Suggestion.help(for: shape, in: paths) { diagnostic.help.append(help) }
        return diagnostic
    }

    /// The catalogue may describe a POST as walked by pages; each would be a write of its own.
    private static func pagesOfAWrite(_ step: Step, _ operation: Operation?) -> [Diagnostic] {
        guard let operation, let paginator = operation.paginator, paginator.type != "single_page",
            step.paginator == nil, !step.request.method.isSafe
        else { return [] }
        let word = step.writeSafetyWord.map { " with \($0)" } ?? ""
        let method = operation.method.rawValue
        return [
            .error(
                "pages-of-a-write",
                "the catalogue walks `\(method) \(operation.path)` by pages, and a \(method)\(word) is one call",
                at: step.idempotencyKey?.span ?? step.reconcile?.span ?? step.request.methodSpan,
                help: "write `paginator: single_page`; only GET is read page by page"
            )
        ]
    }
}

extension ScopeRequirement {
    /// The alternatives that a job's own declaration admits; all of them where it admits none.
    fileprivate func narrowed(to declared: ScopeRequirement) -> ScopeRequirement {
        if declared == self { return self }
        let admitted = alternatives.filter { needed in
            declared.alternatives.contains { needed.isSubset(of: $0) }
        }
        return admitted.isEmpty ? self : ScopeRequirement(alternatives: admitted)
    }
}
