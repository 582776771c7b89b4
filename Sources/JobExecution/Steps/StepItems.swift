import Diagnostics
import JSONBytes
import JobSpec

/// The items that a step is repeated over; one without `for_each` has a single item that is nothing.
struct StepItems: Sendable {
    let values: [JSONValue?]

    init(_ forEach: ForEach?, evaluator: TemplateEvaluator) throws(Diagnostic) {
        switch forEach {
        case nil: values = [nil]
        case .items(let items, _)?:
            var values: [JSONValue?] = []
            for item in items { values.append(try evaluator.value(item)) }
            self.values = values
        case .template(let template)?:
            let value = try evaluator.value(template)
            guard let elements = value.elements else {
                throw .error(
                    "for-each-not-a-list",
                    "`for_each` yields \(value.typeName), not a list",
                    at: template.span
                )
            }
            values = elements
        case .csv, .ndjson, .step:
            values = []
        }
    }
}
