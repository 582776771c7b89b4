package import Diagnostics
package import JSONBytes

/// Resolves templates against the values of a moment. A failure points at the template's place in the job file.
package struct TemplateEvaluator: Sendable {
    package var context: TemplateContext

    package init(_ context: TemplateContext) { self.context = context }

    /// The value of a whole tree; a lone reference keeps its JSON type.
    package func value(_ template: TemplateValue) throws(Diagnostic) -> JSONValue {
        switch template {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .number(let number): return .number(number)
        case .string(let string): return try value(string)
        case .array(let elements):
            var values: [JSONValue] = []
            values.reserveCapacity(elements.count)
            for element in elements { values.append(try value(element)) }
            return .array(values)
        case .object(let members):
            var values: [JSONMember] = []
            values.reserveCapacity(members.count)
            for member in members {
                values.append(JSONMember(name: JSONString(member.name), value: try value(member.value)))
            }
            return .object(values)
        }
    }

    /// The value of a string: of any type for a lone expression, else text.
    package func value(_ template: TemplateString) throws(Diagnostic) -> JSONValue {
        if let expression = template.loneExpression { return try evaluate(expression, in: template) }
        return .string(JSONString(try text(template)))
    }

    /// The text of a string; lists, objects and null have none.
    package func text(_ template: TemplateString) throws(Diagnostic) -> String {
        var text = ""
        for part in template.parts {
            guard text.utf8.count <= TemplateText.longest else {
                throw .error(
                    "template-too-long",
                    "the text grows beyond \(TemplateText.longest >> 20) MiB",
                    at: template.span.firstLine,
                    help: "variables that are made of each other grow fast"
                )
            }
            switch part {
            case .text(let literal): text += literal
            case .expression(let expression):
                let value = try evaluate(expression, in: template)
                do throws(FunctionError) {
                    text += try TemplateText.render(value)
                } catch {
                    throw .error(
                        "template-value",
                        error.message,
                        at: Self.span(expression, in: template),
                        help: error.help ?? "inside of a longer text stand strings, numbers and booleans"
                    )
                }
            }
        }
        return text
    }

    /// Whether a condition holds. It must yield a boolean: nothing is taken for truth that isn't.
    package func condition(_ template: TemplateString) throws(Diagnostic) -> Bool {
        let result = try value(template)
        guard case .bool(let flag) = result else {
            throw .error(
                "condition-not-boolean",
                "the condition yields \(result.kindName), not true or false",
                at: template.span,
                help: "compare it: `vars.mode == 'full'`"
            )
        }
        return flag
    }

    /// The value of one expression of `template`.
    func evaluate(_ expression: Expression, in template: TemplateString) throws(Diagnostic) -> JSONValue {
        switch expression {
        case .literal(let value): return value
        case .reference(let reference): return try resolve(reference, in: template)
        case .not(let operand): return .bool(!(try boolean(operand, in: template)))
        case .binary(let operation, let left, let right):
            return try apply(operation, left, right, in: template)
        case .call(let call):
            guard let function = TemplateFunction.all[call.name], function.arity.contains(call.arguments.count) else {
                throw .error("unknown-function", "no function `\(call.name)`", at: template.span(of: call.nameRange))
            }
            var arguments: [JSONValue] = []
            for argument in call.arguments {
                // `default(item.x, …)` is there for what may be absent.
                if call.name == "default", arguments.isEmpty, case .reference(let reference) = argument {
                    arguments.append(try lookUp(reference, in: template) ?? .null)
                } else {
                    arguments.append(try evaluate(argument, in: template))
                }
            }
            do throws(FunctionError) {
                return try function.apply(arguments)
            } catch {
                throw .error(
                    "template-value",
                    error.message,
                    at: template.span(of: call.range),
                    help: "`\(function.signature)` yields \(function.summary)"
                )
            }
        }
    }

    private func boolean(_ expression: Expression, in template: TemplateString) throws(Diagnostic) -> Bool {
        let value = try evaluate(expression, in: template)
        guard case .bool(let flag) = value else {
            throw .error(
                "not-boolean",
                "expected true or false, not \(value.kindName)",
                at: Self.span(expression, in: template),
                help: "compare it with something: `vars.mode == 'full'`"
            )
        }
        return flag
    }

    private func apply(
        _ operation: BinaryOperator,
        _ left: Expression,
        _ right: Expression,
        in template: TemplateString
    ) throws(Diagnostic) -> JSONValue {
        switch operation {
        // The right side is left alone where the left side decides.
        case .and: return .bool(try boolean(left, in: template) ? try boolean(right, in: template) : false)
        case .or: return .bool(try boolean(left, in: template) ? true : try boolean(right, in: template))
        case .equal, .notEqual:
            let (first, second) = (try evaluate(left, in: template), try evaluate(right, in: template))
            return .bool(first.isEquivalent(to: second) == (operation == .equal))
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            let (first, second) = (try evaluate(left, in: template), try evaluate(right, in: template))
            let isLess: Bool
            let isGreater: Bool
            switch (first, second) {
            case (.number(let one), .number(let other)):
                isLess = one.isNumericallyLess(than: other)
                isGreater = other.isNumericallyLess(than: one)
            case (.string(let one), .string(let other)):
                isLess = one.text < other.text
                isGreater = other.text < one.text
            default:
                throw .error(
                    "not-comparable",
                    "\(first.kindName) and \(second.kindName) have no order",
                    at: Self.span(left, in: template),
                    help: "`<` and its kin compare two numbers or two texts"
                )
            }
            switch operation {
            case .less: return .bool(isLess)
            case .lessOrEqual: return .bool(!isGreater)
            case .greater: return .bool(isGreater)
            default: return .bool(!isLess)
            }
        }
    }

    static func span(_ expression: Expression, in template: TemplateString) -> SourceSpan {
        switch expression {
        case .reference(let reference): template.span(of: reference.range)
        case .call(let call): template.span(of: call.range)
        default: template.span
        }
    }
}
