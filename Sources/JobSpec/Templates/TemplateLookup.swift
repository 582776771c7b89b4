import Diagnostics
import JSONBytes
import Secrets

/// Looking up references. A name that is absent is an error that says what there is instead.
extension TemplateEvaluator {
    func resolve(_ reference: Reference, in template: TemplateString) throws(Diagnostic) -> JSONValue {
        if let value = try lookUp(reference, in: template) { return value }
        throw absent(reference, in: template)
    }

    /// Names the first part of a reference that is not there, and what is there instead.
    private func absent(_ reference: Reference, in template: TemplateString) -> Diagnostic {
        let fallback = "give a fallback where it may be absent: `default(\(reference.text), '')`"
        if reference.root == "env", reference.path.count == 2 {
            return .error(
                "missing-value",
                "there is no `\(reference.text)`",
                at: template.span(of: reference.range),
                help: "set the environment variable `\(reference.path[1])`",
                fallback
            )
        }
        var known = reference
        while known.path.count > 1 {
            let missing = known.path[known.path.count - 1]
            let span = template.span(of: known.segmentRanges[known.path.count - 1])
            known = known.parent
            guard let value = (try? lookUp(known, in: template)) ?? nil else { continue }
            guard let members = value.members else {
                return .error(
                    "missing-value",
                    "`\(known.text)` is \(value.kindName) and has no \(missing.quoted)",
                    at: span,
                    help: "leave `.\(missing)` out"
                )
            }
            return .error(
                "missing-value",
                "`\(known.text)` has no \(missing.quoted)",
                at: span,
                help: Names.help(for: missing, in: members.map(\.name.text)) ?? fallback
            )
        }
        return .error(
            "missing-value",
            "there is no `\(reference.text)`",
            at: template.span(of: reference.range),
            help: fallback
        )
    }

    /// The value, or nothing where it is absent.
    func lookUp(_ reference: Reference, in template: TemplateString) throws(Diagnostic) -> JSONValue? {
        let rest = reference.path.dropFirst()
        switch reference.root {
        case "vars":
            guard let name = rest.first, let value = context.vars[name] else { return nil }
            return Self.descend(value, rest.dropFirst())
        case "env":
            return rest.first.flatMap(context.outside.environmentVariable).map { .string(JSONString($0)) }
        case "secrets":
            guard let name = rest.first else { return nil }
            do throws(SecretLookupError) {
                return .string(JSONString(try context.outside.secret(name).reveal()))
            } catch {
                throw .error(
                    "missing-secret",
                    error.message,
                    at: template.span(of: reference.range),
                    help: error.help
                )
            }
        case "item":
            return context.item.flatMap { Self.descend($0, rest) }
        case "batch":
            return context.batch.flatMap { Self.descend($0, rest) }
        case "token":
            guard let name = rest.first, let value = context.token?(name) else { return nil }
            return Self.descend(value, rest.dropFirst())
        case "steps":
            guard rest.count >= 3, rest[rest.startIndex + 1] == "output",
                let value = context.outputs[rest[rest.startIndex]]?[rest[rest.startIndex + 2]]
            else { return nil }
            return Self.descend(value, rest.dropFirst(3))
        case "run":
            guard rest.count == 1 else { return nil }
            switch rest.first {
            case "as_of": return .string(JSONString(context.asOf))
            // A plan has no run yet: nothing is better than an empty text that a call would be sent with.
            case "id": return context.runID.isEmpty ? nil : .string(JSONString(context.runID))
            default: return nil
            }
        default:
            return nil
        }
    }

    private static func descend(_ value: JSONValue, _ path: ArraySlice<String>) -> JSONValue? {
        var value = value
        for name in path {
            if case .array = value, let index = Int(name) {
                guard let element = value[index] else { return nil }
                value = element
            } else {
                guard let member = value[name] else { return nil }
                value = member
            }
        }
        return value
    }
}
