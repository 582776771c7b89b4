package import Diagnostics

/// What a step is repeated over, in order.
package enum ForEach: Sendable {
    /// Items written in the job file.
    case items([TemplateValue], span: SourceSpan)
    /// A template that yields a list.
    case template(TemplateString)
    /// The rows of a CSV file.
    case csv(CSVInput)
    /// The lines of an NDJSON file.
    case ndjson(NDJSONInput)
    /// The records of an earlier step, from its file.
    case step(Located<StepID>)

    package var span: SourceSpan {
        switch self {
        case .items(_, let span): span
        case .template(let template): template.span
        case .csv(let input): input.path.span
        case .ndjson(let input): input.path.span
        case .step(let step): step.span
        }
    }

    package var strings: [TemplateString] {
        switch self {
        case .items(let items, _): items.flatMap(\.strings)
        case .template(let template): [template]
        case .csv(let input): [input.path]
        case .ndjson(let input): [input.path]
        case .step: []
        }
    }
}

/// `for_each: { csv: … }`: each row is an object of the header's names.
package struct CSVInput: Sendable {
    /// Relative to the folder that the command runs in.
    package let path: TemplateString
    /// Columns whose values are not strings.
    package let columns: [Column]
    /// One ASCII character.
    package let delimiter: UInt8

    package init(path: TemplateString, columns: [Column], delimiter: UInt8 = UInt8(ascii: ",")) {
        self.path = path
        self.columns = columns
        self.delimiter = delimiter
    }

    /// A typed column.
    package struct Column: Sendable {
        package let name: String
        package let nameSpan: SourceSpan
        package let type: ColumnType

        package init(name: String, nameSpan: SourceSpan, type: ColumnType) {
            self.name = name
            self.nameSpan = nameSpan
            self.type = type
        }
    }

    /// What a column's texts stand for; a number keeps its text.
    package enum ColumnType: String, Sendable, CaseIterable {
        case string
        case number
        case integer
        case boolean
    }
}

/// `for_each: { ndjson: … }`: each line is an item.
package struct NDJSONInput: Sendable {
    package let path: TemplateString
    /// Takes this member of each line instead of the line: `item` feeds a step's rejects back.
    package let field: String?

    package init(path: TemplateString, field: String?) {
        self.path = path
        self.field = field
    }
}
