/// Why an input file can't be used, and where.
package struct InputError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong in kind, which decides the exit status.
    package enum Kind: Hashable, Sendable {
        /// The file is missing, is no plain file, or may not be read.
        case unavailable
        /// The system failed while the file was being read.
        case readFailed
        /// The file's content is wrong.
        case invalid
    }

    /// What went wrong in kind.
    package let kind: Kind
    /// The file, as the job names it.
    package let path: String
    /// The line where the row begins, from 1; with a `column`, the line which that column is in. 0 speaks of the file as
    /// a whole.
    package let line: Int
    /// Where in the line the field begins, in characters (Unicode scalars) from 1.
    package let column: Int?
    /// What is wrong, in plain English.
    package let message: String
    /// What to do about it.
    package let help: String?

    /// Describes a complaint.
    package init(
        _ kind: Kind = .invalid,
        path: String,
        line: Int = 0,
        column: Int? = nil,
        message: String,
        help: String? = nil
    ) {
        self.kind = kind
        self.path = path
        self.line = line
        self.column = column
        self.message = message
        self.help = help
    }

    /// One line, such as `repayments.csv:17: row has 4 fields, the header has 3`.
    package var description: String {
        var place = path
        if line > 0 { place += ":\(line)" }
        if let column { place += ":\(column)" }
        return "\(place): \(message)"
    }
}
