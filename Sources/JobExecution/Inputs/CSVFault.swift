/// Something that is not CSV (RFC 4180), or not within the limits.
struct CSVFault: Error, Hashable, Sendable {
    /// Where, in bytes from the start of the row.
    let offset: Int
    /// What.
    let reason: Reason

    /// What is wrong.
    enum Reason: Hashable, Sendable {
        case nulByte
        case quoteInUnquotedField
        case textAfterQuote
        case unclosedQuote
        case quoteTooLong
        case fieldTooLong
        case rowTooLong
        case tooManyColumns
    }

    /// What is wrong, and what to do about it.
    func explanation(_ limits: InputLimits) -> (message: String, help: String?) {
        switch reason {
        case .nulByte: ("there is a NUL byte in the text", "is this a CSV file, and in UTF-8? UTF-16 looks like this")
        case .quoteInUnquotedField:
            (
                "there is a quote inside a field that does not start with one",
                "put the whole field in quotes and double the quotes in it: `\"5\"\" pipe\"`"
            )
        case .textAfterQuote:
            ("there is text after the closing quote of a field", "double the quotes inside a quoted field: `\"\"`")
        case .unclosedQuote:
            ("this quote is never closed", "close it with `\"`, and double the quotes inside the field: `\"\"`")
        case .quoteTooLong:
            (
                "the quoted field is longer than \(limits.maxFieldBytes) bytes",
                "is its closing quote missing?"
            )
        case .fieldTooLong:
            ("the field is longer than \(limits.maxFieldBytes) bytes", "is the delimiter the right one?")
        case .rowTooLong: ("the row is longer than \(limits.maxRowBytes) bytes", "is this a CSV file?")
        case .tooManyColumns: ("the row has more than \(limits.maxColumns) fields", "is this a CSV file?")
        }
    }
}
