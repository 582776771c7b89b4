package import JSONBytes

/// The rows of a CSV file (RFC 4180) as items, one at a time and in order; memory is bounded by the longest row.
///
/// The first row is the header. Each further one becomes an object with the header's names, in the header's order. Lines
/// with nothing in them are skipped; a line of spaces is a row. A byte order mark is skipped. Lines end with LF, CRLF or
/// CR alone. The text must be UTF-8.
///
/// A row that is refused is not stepped over: asking again gives the same error.
package struct CSVItems: ~Copyable, Sendable {
    /// The line where the item given last begins, from 1; before the first item, the header's.
    package private(set) var line = 1
    /// The columns' names, in order.
    package var columns: [String] { header.names }

    private var rows: CSVRows
    private let header: CSVHeader

    /// Opens the file and reads the header.
    ///
    /// - Parameters:
    ///   - columns: the types of columns whose fields are not to be strings, by name.
    ///   - delimiter: what separates fields.
    /// - Throws: where the file can't be opened, has no header, has one with empty or equal names, or lacks one of
    ///   `columns`.
    package init(
        path: String,
        columns: [String: CSVColumnType] = [:],
        delimiter: UInt8 = UInt8(ascii: ","),
        limits: InputLimits = .standard
    ) throws(InputError) {
        var rows = try CSVRows(path: path, delimiter: delimiter, limits: limits)
        header = try CSVHeader(reading: &rows, types: columns)
        line = rows.line
        rows.take()
        self.rows = rows
    }

    /// The next row; `nil` at the end of the file.
    ///
    /// - Throws: where the text is not CSV, the row does not have as many fields as the header, or a field is not of its
    ///   column's type.
    package mutating func next() throws(InputError) -> JSONValue? {
        guard try rows.find() else { return nil }
        let expected = header.columns.count
        let count = rows.fieldCount
        guard count == expected else {
            throw rows.error(
                "row has \(count) \(count == 1 ? "field" : "fields"), the header has \(expected)",
                help: count > expected
                    ? "put fields that contain the delimiter in quotes"
                    : "write an empty field for a value that is missing: the delimiters stay"
            )
        }
        var members: [JSONMember] = []
        members.reserveCapacity(count)
        for (index, column) in header.columns.enumerated() {
            let text = try rows.text(ofField: index)
            guard let value = column.type.value(of: text) else { throw rows.mistyped(text, column, field: index) }
            members.append(JSONMember(name: column.name, value: value))
        }
        line = rows.line
        rows.take()
        return .object(members)
    }
}
