import Diagnostics
import JSONBytes
import YAMLReader

/// Reads a `for_each` whose items come from elsewhere: `{ csv: … }`, `{ ndjson: … }`, `{ step: … }`.
struct BulkInputDecoder {
    static let sources = ["csv", "ndjson", "step"]
    /// The keys of each source, itself first.
    static let keys = ["csv": ["csv", "columns", "delimiter"], "ndjson": ["ndjson", "field"], "step": ["step"]]
    private static let aliases: [String: Fields.Advice] = [
        "items": "write the items themselves: `for_each: [a, b]`",
        "list": "write the items themselves: `for_each: [a, b]`",
        "file": "name the kind of file: `csv: FILE` or `ndjson: FILE`",
        "path": "name the kind of file: `csv: FILE` or `ndjson: FILE`",
        "json": "a JSON document is not read in pieces: write `ndjson: FILE`, one value a line",
        "jsonl": .use("ndjson", "did you mean `ndjson`?"),
        "json_lines": .use("ndjson", "did you mean `ndjson`?"),
        "tsv": .use("csv", "write `csv: FILE` and `delimiter: \"\\t\"`"),
        "records": .use("step", "the records of an earlier step are `step: ID`"),
        "records_of": .use("step", "the records of an earlier step are `step: ID`"),
        "separator": .means("delimiter"),
        "sep": .means("delimiter"),
        "types": .means("columns"),
        "dtypes": .means("columns"),
        "header": "the first row of a CSV file names its columns",
        "has_header": "the first row of a CSV file names its columns",
        "encoding": "files are UTF-8",
        "quote": "values are quoted with `\"` (RFC 4180)",
        "member": .means("field"),
        "data_selector": .use("field", "write `field: NAME` for one member of each line"),
        "batch_size": "write it beside `for_each`, not within it",
    ]

    let problems: Problems

    /// The input, or nothing where it was refused.
    func decode(_ node: YAMLNode) -> ForEach? {
        guard case .mapping(let entries) = node.content else { return nil }
        let present = entries.map(\.key).filter { Self.sources.contains($0.text) }
        if present.count > 1 {
            problems.error(
                "two-sources",
                "items come from one source, but `\(present[0].text)` and `\(present[1].text)` are both here",
                at: present[1].span,
                help: "keep one of them"
            )
            return nil
        }
        guard let source = present.first?.text, let keys = Self.keys[source] else {
            let fields = self.fields(node, what: "`for_each`", keys: Self.sources + ["columns", "delimiter", "field"])
            if fields != nil, !problems.hasError(within: node.span) {
                problems.error(
                    "missing-key",
                    "`for_each` needs `csv`, `ndjson` or `step`",
                    at: node.span.firstLine,
                    help: "write `{ csv: FILE }`, or a list of items: `[a, b]`"
                )
            }
            return nil
        }
        guard let fields = fields(node, what: "`for_each` over `\(source)`", keys: keys) else { return nil }
        guard fields[source] != nil else {
            fields.missing(source, help: source == "step" ? "name an earlier step" : "name a file: `\(source): FILE`")
            return nil
        }
        switch source {
        case "csv":
            let columns = columns(fields)
            let delimiter = delimiter(fields) ?? UInt8(ascii: ",")
            return path("csv", fields).map {
                .csv(CSVInput(path: $0, columns: columns, delimiter: delimiter))
            }
        case "ndjson":
            let field = field(fields)
            return path("ndjson", fields).map { .ndjson(NDJSONInput(path: $0, field: field)) }
        default: return step(fields)
        }
    }

    private func fields(_ node: YAMLNode, what: String, keys: [String]) -> Fields? {
        Fields(node, what: what, keys: keys, problems: problems, aliases: Self.aliases, example: "{ csv: FILE }")
    }

    private func path(_ key: String, _ fields: Fields) -> TemplateString? {
        guard let path = fields.template(key), !path.isBroken else { return nil }
        guard let help = Self.complaint(about: path.source) else { return path }
        problems.error(
            "bad-input-path",
            "`\(key)` is the path of a file, not \(path.source.quoted)",
            at: path.span.firstLine,
            help: help
        )
        return nil
    }

    /// What is wrong with a path as it is written, or nothing.
    private static func complaint(about path: String) -> String? {
        if path.isEmpty { return "name a file, relative to the folder that the command runs in" }
        if path == "-" { return "what was read from a pipe is gone when a run is resumed: write it to a file first" }
        if path.hasPrefix("~") { return "only shells know `~`: write `${{ env.HOME }}\(path.dropFirst())`" }
        if path.lowercased().hasPrefix("http://") || path.lowercased().hasPrefix("https://") {
            return "let an earlier step call the API, and read its records: `{ step: ID }`"
        }
        if path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            return "a path has no line breaks or control characters"
        }
        return path.hasSuffix("/") ? "this is a folder: name one file in it" : nil
    }

    private func columns(_ fields: Fields) -> [CSVInput.Column] {
        guard let node = fields["columns"] else { return [] }
        guard case .mapping(let entries) = node.content else {
            problems.error(
                "wrong-type",
                "`columns` is a mapping of names to types, not \(node.kindName)",
                at: node.span.firstLine,
                help: node.missingSpaceHelp
                    ?? "write `columns: { amount: number }`; columns that are not listed are strings"
            )
            return []
        }
        return entries.compactMap { entry in
            if entry.key.text.contains(utf8: "${{") { problems.report(TemplateValue.templateInKey(entry.key)) }
            guard let type = type(of: entry) else { return nil }
            return CSVInput.Column(name: entry.key.text, nameSpan: entry.key.span, type: type)
        }
    }

    private func type(of entry: YAMLEntry) -> CSVInput.ColumnType? {
        if entry.value.scalar != nil, let type = CSVInput.ColumnType(rawValue: entry.value.text) { return type }
        let known = CSVInput.ColumnType.allCases.map(\.rawValue)
        let others: [String: CSVInput.ColumnType] = [
            "str": .string, "text": .string, "date": .string, "datetime": .string, "uuid": .string,
            "int": .integer, "long": .integer, "bigint": .integer,
            "float": .number, "double": .number, "decimal": .number, "money": .number, "bool": .boolean,
        ]
        let word = entry.value.text.lowercased()
        problems.error(
            "unknown-value",
            "a column can't be of type \(entry.value.shown)",
            at: entry.value.span.firstLine,
            help: (others[word] ?? CSVInput.ColumnType(rawValue: word)).map { "did you mean `\($0.rawValue)`?" }
                ?? Names.help(for: word, in: known) ?? "it is one of \(Names.list(known))"
        )
        return nil
    }

    private func delimiter(_ fields: Fields) -> UInt8? {
        guard let text = fields.string("delimiter") else { return nil }
        if let byte = text.value.utf8.first, text.value.utf8.count == 1, Self.isDelimiter(byte) { return byte }
        problems.error(
            "bad-delimiter",
            "`delimiter` is one character such as `;`, not \(text.value.quoted)",
            at: text.span.firstLine,
            help: ["\\t", "tab", "t"].contains(text.value.lowercased())
                ? "write `\"\\t\"`, in double quotes" : "write `\";\"`, `\"\\t\"` or `\"|\"`, in quotes"
        )
        return nil
    }

    /// Letters, digits, quotes and line breaks are parts of values.
    private static func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x09: true
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "\""): false
        default: (0x20...0x7E).contains(byte)
        }
    }

    private func field(_ fields: Fields) -> String? {
        guard let text = fields.string("field") else { return nil }
        if text.value.hasPrefix("$.") || text.value.hasPrefix("$[") || text.value.isEmpty {
            problems.error(
                "bad-field",
                "`field` is the name of one member, not \(text.value.quoted)",
                at: text.span,
                help: "write the name alone: `field: item`"
            )
            return nil
        }
        return text.value
    }

    private func step(_ fields: Fields) -> ForEach? {
        guard let text = fields.string("step") else { return nil }
        guard let id = StepID(text.value) else {
            problems.error(
                "unknown-step",
                "there is no step \(text.value.quoted)",
                at: text.span.firstLine,
                help: "write the id of an earlier step: `step: loans`"
            )
            return nil
        }
        return .step(Located(id, at: text.span))
    }
}
