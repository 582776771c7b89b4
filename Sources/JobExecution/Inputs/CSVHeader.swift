import Diagnostics
import JSONBytes

/// The columns of a CSV file, as its first row names them.
struct CSVHeader: Sendable {
    /// One column.
    struct Column: Sendable {
        /// The name, ready to be a member's.
        let name: JSONString
        /// What its fields become.
        let type: CSVColumnType
    }

    /// The columns in order.
    let columns: [Column]
    /// Their names in order.
    let names: [String]

    /// Reads the first row, without taking it.
    ///
    /// - Throws: where there is none, where a name is empty or comes twice, or where `types` names a column that is not
    ///   there.
    init(reading rows: inout CSVRows, types: [String: CSVColumnType]) throws(InputError) {
        guard try rows.find() else {
            throw rows.error("there is no header", help: "the first row must name the columns")
        }
        var names: [String] = []
        var seen: [String: Int] = [:]
        for index in 0..<rows.fieldCount {
            let name = try rows.text(ofField: index)
            guard !name.isEmpty else {
                throw rows.error("column \(index + 1) has no name", help: "the first row must name every column")
            }
            if let first = seen.updateValue(index, forKey: name) {
                throw rows.error(
                    "columns \(first + 1) and \(index + 1) are both called \(InputText.name(name))",
                    help: "give every column a name of its own"
                )
            }
            names.append(name)
        }
        // The first by name, so that the same mistake gives the same message.
        if let unknown = types.keys.filter({ seen[$0] == nil }).min() {
            throw rows.error(
                "there is no column \(InputText.name(unknown))",
                help: Self.help(unknown, names, rows.delimiter)
            )
        }
        self.names = names
        columns = names.map { Column(name: JSONString($0), type: types[$0] ?? .string) }
    }

    private static func help(_ unknown: String, _ names: [String], _ delimiter: UInt8) -> String {
        // First of all, since a header in one piece is close to any name in it.
        if names.count == 1, let name = names.first {
            let others = [",", ";", "\t", "|"].filter { $0 != String(UnicodeScalar(delimiter)) }
            if let other = others.first(where: name.contains) {
                return "is the delimiter \(other == "\t" ? "a tab" : "`\(other)`")?"
            }
        }
        if let name = Suggestion.closest(to: unknown, in: names) { return "did you mean \(InputText.name(name))?" }
        let shown = names.prefix(10).map(InputText.name).joined(separator: ", ")
        return "the columns are \(shown)\(names.count > 10 ? " and \(names.count - 10) more" : "")"
    }
}
