package import JSONBytes
import Secrets

/// What is known of a job's variables without touching the outside world.
package struct StaticValues: Sendable {
    /// The variables whose values depend on nothing but literals and other such variables.
    package let vars: [String: JSONValue]

    /// Resolves templates by these values.
    package let evaluator: TemplateEvaluator

    /// The variables that were left out because there is no room for their values.
    package let overgrown: Set<String>

    /// How much all variables may hold, in bytes and values: ten lines that double each other need more.
    private static let budget = 16 << 20

    /// Works out the variables in order; one that fails is left out and reported by the validators.
    package init(_ job: Job) {
        var known: [String: JSONValue] = [:]
        var overgrown: Set<String> = []
        var budget = Self.budget
        for variable in job.vars {
            let references = variable.value.strings.flatMap(\.expressions).flatMap(\.references)
            guard references.allSatisfy({ Self.isKnown($0, known) }) else { continue }
            guard let value = try? Self.evaluator(known).value(variable.value) else { continue }
            guard let size = value.size(upTo: budget) else {
                overgrown.insert(variable.name)
                continue
            }
            budget -= size
            known[variable.name] = value
        }
        vars = known
        evaluator = Self.evaluator(known)
        self.overgrown = overgrown
    }

    /// Whether the value can be worked out now, before anything is sent.
    package func covers(_ template: TemplateString) -> Bool {
        if template.isLiteral { return !template.isBroken }
        return !template.isBroken
            && template.parts.allSatisfy { part in
                if case .expression(let expression) = part { covers(expression) } else { true }
            }
    }

    /// The same for one expression of a template.
    package func covers(_ expression: Expression) -> Bool {
        expression.hasOnly { Self.isKnown($0, vars) } && expression.calls.allSatisfy(\.isValid)
    }

    private static func isKnown(_ reference: Reference, _ known: [String: JSONValue]) -> Bool {
        reference.root == "vars" && reference.path.count > 1 && known[reference.path[1]] != nil
    }

    private static func evaluator(_ known: [String: JSONValue]) -> TemplateEvaluator {
        let nothing = TemplateContext.Outside(
            environmentVariable: { _ in nil },
            secret: { (name) throws(SecretLookupError) in
                throw SecretLookupError(message: "secret `\(name)` is not read while planning", help: "")
            }
        )
        var context = TemplateContext(outside: nothing, asOf: "")
        context.vars = known
        return TemplateEvaluator(context)
    }
}
