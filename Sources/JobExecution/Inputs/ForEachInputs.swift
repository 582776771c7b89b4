package import JobSpec

extension CSVColumnType {
    /// The type as a job file names it.
    package init(_ type: CSVInput.ColumnType) {
        self =
            switch type {
            case .string: .string
            case .number: .number
            case .integer: .integer
            case .boolean: .boolean
            }
    }
}

extension CSVItems {
    /// Opens the file of a `for_each: { csv: … }`, whose path is `path` once its template is filled in.
    ///
    /// - Throws: where the file can't be opened, has no header that names each column once, or lacks a typed one.
    package init(_ input: CSVInput, path: String, limits: InputLimits = .standard) throws(InputError) {
        let types = input.columns.map { ($0.name, CSVColumnType($0.type)) }
        try self.init(
            path: path,
            columns: Dictionary(types) { _, last in last },
            delimiter: input.delimiter,
            limits: limits
        )
    }
}

extension NDJSONItems {
    /// Opens the file of a `for_each: { ndjson: … }`, whose path is `path` once its template is filled in.
    ///
    /// - Throws: where the file can't be opened.
    package init(_ input: NDJSONInput, path: String, limits: InputLimits = .standard) throws(InputError) {
        try self.init(path: path, field: input.field, limits: limits)
    }
}
