import Diagnostics

/// The names that a template may use at its place, and how to explain one that it may not.
struct KnownNames {
    /// What the same things are called elsewhere.
    private static let otherRoots = [
        "inputs": "the job's variables are `vars.NAME`",
        "params": "the job's variables are `vars.NAME`",
        "variables": "the job's variables are `vars.NAME`",
        "environment": "environment variables are `env.NAME`",
        "matrix": "the current element of `for_each` is `item`",
        "each": "the current element of `for_each` is `item`",
        "row": "the current element of `for_each` is `item`",
        "response": "name what is needed in `output`, and use it as `steps.ID.output.NAME` in a later step",
        "access_token": "the runner signs each call itself; the token's members are `token.NAME`",
        "now": "the time of the run is `run.as_of`, its date `date(run.as_of)`",
        "today": "the date of the run is `date(run.as_of)`",
    ]

    static let allRoots = ["vars", "env", "secrets", "item", "batch", "token", "steps", "run"]

    /// The members of `run` while a step makes its calls; what is planned knows no run yet.
    static let membersOfRun = ["as_of", "id"]
    /// Why a name can't be part of an idempotency key.
    static let reasonsInKeys = [
        "secrets": "the key is written to the run's journal: use what tells one call from another",
        "token": "a token that is renewed would change the key: use what tells one call from another",
    ]

    var roots: [String]
    var runMembers = ["as_of"]
    /// Why a root is not among ``roots``, where the usual explanation doesn't fit.
    var reasons: [String: String] = [:]
    /// The job's variables and steps; those that a template may use are the first so many of them.
    let index: JobNames
    var variableCount: Int
    var stepCount = 0
    /// The step whose templates these are.
    var current: String?

    init(roots: [String], index: JobNames = JobNames(), variableCount: Int = 0) {
        self.roots = roots
        self.index = index
        self.variableCount = variableCount
    }

    /// What is wrong with a reference, or nothing.
    func problem(with reference: Reference, in template: TemplateString) -> Diagnostic? {
        // Showing a place costs a walk over the text: it is worked out for what is wrong only.
        var rootSpan: SourceSpan { template.span(of: reference.segmentRanges[0]) }
        guard Self.allRoots.contains(reference.root) else { return unknownRoot(reference, at: rootSpan) }
        guard roots.contains(reference.root) else { return notHere(reference, at: rootSpan) }
        if reference.path.count == 1, reference.root != "item", reference.root != "batch" {
            return .error(
                "incomplete-name",
                "`\(reference.root)` alone is not a value",
                at: rootSpan,
                help: "name a part of it: `\(Self.example(of: reference.root))`"
            )
        }
        switch reference.root {
        case "vars": return variable(reference, in: template)
        case "run": return member(reference, in: template)
        case "steps": return step(reference, in: template)
        case "env", "secrets":
            guard reference.path.count > 2 else { return nil }
            return .error(
                "unknown-name",
                "`\(reference.root).\(reference.path[1])` is text and has no parts",
                at: template.span(of: reference.segmentRanges[2]),
                help: "write `\(reference.root).\(reference.path[1])`"
            )
        default: return nil
        }
    }

    private func unknownRoot(_ reference: Reference, at span: SourceSpan) -> Diagnostic {
        var help: String
        if reference.path.count == 1, index.hasVariable(reference.root, before: variableCount) {
            help = "did you mean `vars.\(reference.root)`?"
        } else if reference.path.count == 1, index.steps[reference.root] != nil {
            help = "did you mean `steps.\(reference.root).output.…`?"
        } else {
            help =
                Names.help(for: reference.root, in: Self.allRoots)
                ?? "names begin with \(Names.list(Self.allRoots))"
        }
        if let known = Self.otherRoots[reference.root.lowercased()] { help = known }
        var diagnostic = Diagnostic.error("unknown-name", "there is no \(reference.root.quoted)", at: span, help: help)
        if reference.path.count == 1 { diagnostic.help.append("text stands in quotes: `'\(reference.root)'`") }
        return diagnostic
    }

    private func notHere(_ reference: Reference, at span: SourceSpan) -> Diagnostic {
        let usual =
            switch reference.root {
            case "item" where roots.contains("batch"): "the step has `batch_size`: use `batch`, the list of its items"
            case "item": "there is an `item` only in the request of a step with `for_each`"
            case "batch" where roots.contains("item"):
                "the step has no `batch_size`: use `item`, or add `batch_size: 250`"
            case "batch": "there is a `batch` only in the request of a step with `for_each` and `batch_size`"
            case "token": "the token is known only in a step's request"
            case "secrets": "secrets may be used in a step's request and in an environment's credentials"
            case "steps": "outputs of steps may be used in later steps"
            default: "names begin with \(Names.list(roots)) here"
            }
        let reason = reasons[reference.root] ?? usual
        return .error("name-not-here", "`\(reference.root)` can't be used here", at: span, help: reason)
    }

    private func variable(_ reference: Reference, in template: TemplateString) -> Diagnostic? {
        let name = reference.path[1]
        guard !index.hasVariable(name, before: variableCount) else { return nil }
        let span = template.span(of: reference.segmentRanges[1])
        if index.variables[name] != nil {
            return .error(
                "used-before-declared",
                "`vars.\(name)` is declared further down",
                at: span,
                help: "move it above its use"
            )
        }
        let vars = index.job?.vars.prefix(variableCount).map(\.name) ?? []
        let advice =
            Names.help(for: name, in: vars)
            ?? (vars.isEmpty
                ? "the job has no `vars`: add `vars: { \(name): … }`" : "variables are \(Names.list(vars))")
        return .error("unknown-variable", "there is no variable `\(name)`", at: span, help: advice)
    }

    private func step(_ reference: Reference, in template: TemplateString) -> Diagnostic? {
        let name = reference.path[1]
        var span: SourceSpan { template.span(of: reference.segmentRanges[1]) }
        guard let step = index.step(name, before: stepCount) else {
            if name == current {
                return .error(
                    "step-not-run-yet",
                    "step `\(name)` can't use its own output",
                    at: span,
                    help: "outputs are there for later steps"
                )
            }
            if index.steps[name] != nil {
                return .error(
                    "step-not-run-yet",
                    "step `\(name)` has not run when this is needed",
                    at: span,
                    help: "steps run in the order written: move `\(name)` up"
                )
            }
            let known = index.job?.steps.prefix(stepCount).map(\.id.name) ?? []
            return .error(
                "unknown-step",
                "there is no step `\(name)`",
                at: span,
                help: Names.help(for: name, in: known)
                    ?? (known.isEmpty ? "no step runs before this one" : "earlier steps are \(Names.list(known))")
            )
        }
        guard reference.path.count > 2, reference.path[2] == "output" else {
            let wrong = reference.path.count > 2 ? reference.segmentRanges[2] : reference.segmentRanges[1]
            return .error(
                "unknown-name",
                "a step offers its `output` only",
                at: template.span(of: wrong),
                help: "write `steps.\(name).output.NAME`"
            )
        }
        guard reference.path.count > 3 else {
            return .error(
                "incomplete-name",
                "`steps.\(name).output` alone is not a value",
                at: template.span(of: reference.segmentRanges[2]),
                help: step.outputs.isEmpty
                    ? "declare one in step `\(name)`: `output: { total: $.total }`"
                    : "name one: \(Names.list(step.outputs.map { "\(reference.text).\($0.name)" }))"
            )
        }
        let outputs = step.outputs.map(\.name)
        guard !outputs.contains(reference.path[3]) else { return nil }
        return .error(
            "unknown-output",
            "step `\(name)` has no output `\(reference.path[3])`",
            at: template.span(of: reference.segmentRanges[3]),
            help: Names.help(for: reference.path[3], in: outputs)
                ?? (outputs.isEmpty
                    ? "declare it there: `output: { \(reference.path[3]): $.… }`" : "it has \(Names.list(outputs))")
        )
    }

    private func member(_ reference: Reference, in template: TemplateString) -> Diagnostic? {
        let name = reference.path[1]
        guard !runMembers.contains(name) else { return nil }
        let span = template.span(of: reference.segmentRanges[1])
        if Self.membersOfRun.contains(name) {
            return .error(
                "name-not-here",
                "`run.\(name)` can't be used here",
                at: span,
                help: "it differs from run to run, and what is planned must not: use it in a step's request"
            )
        }
        return .error(
            "unknown-name",
            "`run` has no `\(name)`",
            at: span,
            help: Names.help(for: name, in: runMembers) ?? "it has \(Names.list(runMembers))"
        )
    }

    private static func example(of root: String) -> String {
        switch root {
        case "vars": "vars.page_size"
        case "env": "env.HOME"
        case "secrets": "secrets.CLIENT_SECRET"
        case "token": "token.partnerId"
        case "steps": "steps.loans.output.total"
        case "run": "run.as_of"
        default: root
        }
    }
}
