import Diagnostics
import JSONBytes
import YAMLReader

/// `--var NAME=VALUE`: another value for one of the job's variables.
package struct VariableOverride: Hashable, Sendable {
    package let name: String
    package let text: String

    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// The job with its variables replaced. A value takes the type of the default that it replaces.
    static func apply(_ overrides: [VariableOverride], to job: Job, _ problems: Problems) -> Job {
        guard !overrides.isEmpty else { return job }
        var vars = job.vars
        for override in overrides {
            guard let index = vars.firstIndex(where: { $0.name == override.name }) else {
                let names = job.vars.map(\.name)
                problems.error(
                    "unknown-variable",
                    "`--var \(override.name)=…`: the job has no variable `\(override.name)`",
                    at: nil,
                    help: Names.help(for: override.name, in: names)
                        ?? (names.isEmpty
                            ? "declare it: `vars: { \(override.name): … }`" : "it has \(Names.list(names))")
                )
                continue
            }
            let old = vars[index]
            guard let value = override.value(like: old.value, node: old) else {
                problems.error(
                    "wrong-type",
                    "`--var \(override.name)=\(override.text)`: `\(override.name)` is \(Self.typeName(old.value))",
                    at: old.nameSpan,
                    label: "declared here"
                )
                continue
            }
            vars[index] = Variable(name: old.name, nameSpan: old.nameSpan, value: value)
        }
        return Job(
            name: job.name,
            description: job.description,
            environment: job.environment,
            environments: job.environments,
            vars: vars,
            tokens: job.tokens,
            retry: job.retry,
            timeout: job.timeout,
            steps: job.steps,
            source: job.source
        )
    }

    private func value(like old: TemplateValue, node: Variable) -> TemplateValue? {
        switch old {
        case .number: return JSONNumber(lexeme: text).map { .number($0) }
        case .bool: return text == "true" ? .bool(true) : text == "false" ? .bool(false) : nil
        case .string, .null: return .string(TemplateString(literal: text, at: node.nameSpan))
        case .array:
            let parts = text.split(separator: ",").map(String.init)
            return .array(parts.map { .string(TemplateString(literal: $0, at: node.nameSpan)) })
        case .object: return nil
        }
    }

    private static func typeName(_ value: TemplateValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "text"
        case .array: "a list: write its elements with commas between them"
        case .object: "a mapping, which the command line can't set"
        }
    }
}

extension TemplateString {
    /// Text that is taken as it is, braces and all.
    init(literal text: String, at span: SourceSpan) {
        let scalar = YAMLScalar(text: text, resolution: .string, style: .doubleQuoted)
        self.init(
            parts: text.isEmpty ? [] : [.text(text)],
            source: text,
            node: YAMLNode(content: .scalar(scalar), span: span)
        )
    }
}
