import Diagnostics
import JobSpec

/// Decides which steps will really run: those asked for, without those whose `if` is false whatever happens.
struct StepChooser {
    struct Choice {
        var steps: [Step] = []
        var skipped: [SkippedStep] = []
        var diagnostics: [Diagnostic] = []
    }

    let job: Job
    let known: StaticValues

    func choose(_ selection: StepSelection) throws(DiagnosticError) -> Choice {
        try checkNames(selection)
        var choice = Choice()
        var hasBegun = selection.from == nil
        for step in job.steps {
            if step.id.name == selection.from { hasBegun = true }
            if !hasBegun {
                choice.skipped.append(SkippedStep(step: step, reason: .beforeFrom))
            } else if !selection.only.isEmpty, !selection.only.contains(step.id.name) {
                choice.skipped.append(SkippedStep(step: step, reason: .notSelected))
            } else if isNeverRun(step) {
                choice.skipped.append(SkippedStep(step: step, reason: .conditionFalse))
            } else {
                choice.steps.append(step)
            }
        }
        if choice.steps.isEmpty {
            choice.diagnostics.append(.warning("nothing-to-do", "no step is left to run", at: nil))
        }
        choice.diagnostics += missingRecords(choice) + missingOutputs(choice)
        return choice
    }

    private func checkNames(_ selection: StepSelection) throws(DiagnosticError) {
        let known = job.steps.map(\.id.name)
        let wanted = selection.only.map { ("--only", $0) } + (selection.from.map { [("--from", $0)] } ?? [])
        let unknown = wanted.filter { !known.contains($0.1) }.map { option, name in
            Diagnostic.error(
                "unknown-step",
                "`\(option) \(name)`: job `\(job.name)` has no step `\(name)`",
                at: nil,
                help: Suggestion.help(for: name, in: known)
                    ?? "its steps are \(known.map { "`\($0)`" }.joined(separator: ", "))"
            )
        }
        if !unknown.isEmpty { throw DiagnosticError(diagnostics: unknown) }
    }

    private func isNeverRun(_ step: Step) -> Bool {
        guard let condition = step.condition, known.covers(condition) else { return false }
        return (try? known.evaluator.condition(condition)) == false
    }

    /// A step that runs can't be repeated over the records of one that doesn't.
    private func missingRecords(_ choice: Choice) -> [Diagnostic] {
        choice.steps.compactMap { step in
            guard case .step(let source)? = step.forEach,
                let skipped = choice.skipped.first(where: { $0.step.id == source.value })
            else { return nil }
            return .error(
                "records-of-skipped-step",
                "`\(step.id)` needs the records of `\(source.value)`, which does not run: \(skipped.reason.rawValue)",
                at: source.span,
                help: "let `\(source.value)` run too, or leave `\(step.id)` out"
            )
        }
    }

    /// A step that runs can't use the output of one that doesn't.
    private func missingOutputs(_ choice: Choice) -> [Diagnostic] {
        let left = Dictionary(choice.skipped.map { ($0.step.id.name, $0) }) { first, _ in first }
        guard !left.isEmpty else { return [] }
        return choice.steps.flatMap { step in
            let templates = step.callStrings + (step.forEach?.strings ?? []) + (step.condition.map { [$0] } ?? [])
            return templates.flatMap { template in
                template.expressions.flatMap(\.references).compactMap { reference -> Diagnostic? in
                    guard reference.root == "steps", reference.path.count > 1, let skipped = left[reference.path[1]]
                    else { return nil }
                    return .error(
                        "output-of-skipped-step",
                        "`\(step.id)` needs an output of `\(skipped.step.id)`, which does not run: \(skipped.reason.rawValue)",
                        at: template.span(of: reference.range),
                        help: "let `\(skipped.step.id)` run too, or leave `\(step.id)` out"
                    )
                }
            }
        }
    }
}
