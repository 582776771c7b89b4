import Diagnostics
import JobSpec

/// What one step needs, from what the job declares and what the catalogue knows, with a diagnostic for each difference.
struct StepRequirement {
    let step: Step
    let operation: Operation?
    let requirement: ScopeRequirement
    let diagnostics: [Diagnostic]

    init(_ step: Step, environment: Environment, matcher: OperationMatcher) {
        self.step = step
        let operation = matcher.operation(for: step.request, in: environment.operations)
        self.operation = operation
        var diagnostics = Self.unknownScopes(step, environment)
        switch (operation, step.scopes) {
        case (let operation?, let declared?):
            diagnostics += Self.differences(step, declared, operation)
            // The job may narrow an "any of"; it can't widen what the operation takes.
            let admitted = operation.requirement.alternatives.filter { needed in
                declared.requirement.alternatives.contains { needed.isSubset(of: $0) }
            }
            requirement = admitted.isEmpty ? operation.requirement : ScopeRequirement(alternatives: admitted)
        case (let operation?, nil):
            requirement = operation.requirement
        case (nil, let declared?):
            requirement = declared.requirement
            if !environment.operations.isEmpty {
                diagnostics.append(Self.unlisted(step, environment, matcher))
            }
        case (nil, nil):
            requirement = .anyToken
            diagnostics.append(
                .error(
                    "scopes-unknown",
                    "nothing says which scopes `\(step.id)` needs",
                    at: step.idSpan,
                    help:
                        "add `scopes: [\(environment.scopes.first?.scope.name ?? "…")]`, or `scopes: []` if any valid token will do",
                    "environment `\(environment.name)` lists no operation \(step.request.method.rawValue) \(matcher.shape(of: step.request.path))"
                )
            )
        }
        self.diagnostics = diagnostics
    }

    private static func unknownScopes(_ step: Step, _ environment: Environment) -> [Diagnostic] {
        guard !environment.scopes.isEmpty else { return [] }
        let names = environment.scopes.map(\.scope.name)
        return (step.scopes?.places ?? []).filter { environment.scope($0.value) == nil }.map { place in
            .error(
                "unknown-scope",
                "environment `\(environment.name)` has no scope `\(place.value)`",
                at: place.span,
                help: Suggestion.help(for: place.value.name, in: names)
                    ?? "its scopes are \(names.map { "`\($0)`" }.joined(separator: ", "))"
            )
        }
    }

    private static func differences(_ step: Step, _ declared: DeclaredScopes, _ operation: Operation) -> [Diagnostic] {
        let needed = operation.requirement
        let call = "\(operation.method.rawValue) \(operation.path)"
        var diagnostics: [Diagnostic] = []
        if !declared.requirement.alternatives.allSatisfy(needed.isSatisfied) {
            diagnostics.append(
                .error(
                    "scope-not-declared",
                    "`\(call)` needs \(needed.summary), which `\(step.id)` doesn't declare",
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
                    "`\(call)` doesn't need `\(place.value)`: the plan leaves it out",
                    at: place.span,
                    help: needed == .anyToken
                        ? "it takes any valid token: remove `scopes`" : "it needs \(needed.summary)"
                )
            )
        }
        return diagnostics
    }

    private static func unlisted(_ step: Step, _ environment: Environment, _ matcher: OperationMatcher) -> Diagnostic {
        let shape = matcher.shape(of: step.request.path)
        let paths = environment.operations.filter { $0.method == step.request.method }.map(\.path)
        var diagnostic = Diagnostic.warning(
            "unlisted-operation",
            "environment `\(environment.name)` lists no \(step.request.method.rawValue) \(shape)",
            at: step.request.path.span
        )
        if let help = Suggestion.help(for: shape, in: paths) { diagnostic.help.append(help) }
        return diagnostic
    }
}
