import Diagnostics
import JSONBytes
import JobSpec

/// A step's `for_each` with its templates resolved.
enum StepInput: Sendable {
    case single
    case list([JSONValue])
    case csv(CSVInput, path: String)
    case ndjson(NDJSONInput, path: String)
    /// The records of an earlier step.
    case records(path: String)

    /// Resolves a step's input.
    ///
    /// - Parameter published: finds the file of an earlier step.
    init(
        _ forEach: ForEach?,
        evaluator: TemplateEvaluator,
        published: (StepID) -> String?
    ) throws(Diagnostic) {
        switch forEach {
        case nil: self = .single
        case .items(let items, _)?:
            var values: [JSONValue] = []
            for item in items { values.append(try evaluator.value(item)) }
            self = .list(values)
        case .template(let template)?:
            let value = try evaluator.value(template)
            guard let elements = value.elements else {
                throw .error(
                    "for-each-not-a-list",
                    "`for_each` yields \(value.typeName), not a list",
                    at: template.span
                )
            }
            self = .list(elements)
        case .csv(let input)?:
            self = .csv(input, path: try evaluator.text(input.path))
        case .ndjson(let input)?:
            self = .ndjson(input, path: try evaluator.text(input.path))
        case .step(let source)?:
            guard let path = published(source.value) else {
                throw .error(
                    "no-records",
                    "step `\(source.value)` left no records to go through: it was skipped or failed",
                    at: source.span,
                    help: "let `\(source.value)` run too"
                )
            }
            self = .records(path: path)
        }
    }
}
