package import Diagnostics

/// What a step is repeated over, in order.
package enum ForEach: Sendable {
    /// Items written in the job file.
    case items([TemplateValue], span: SourceSpan)
    /// A template that yields a list.
    case template(TemplateString)

    package var span: SourceSpan {
        switch self {
        case .items(_, let span): span
        case .template(let template): template.span
        }
    }

    package var strings: [TemplateString] {
        switch self {
        case .items(let items, _): items.flatMap(\.strings)
        case .template(let template): [template]
        }
    }
}
