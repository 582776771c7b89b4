import JSONBytes

/// The rows of a CSV file, one at a time: found, looked at, then taken.
struct CSVRows: ~Copyable, Sendable {
    /// The line where the row that was found begins, from 1.
    private(set) var line = 1

    let limits: InputLimits
    let delimiter: UInt8
    private var window: InputWindow
    private var scanner: CSVScanner
    private var rowLength = 0
    private var rowLines = 0

    /// Opens the file.
    ///
    /// - Throws: where that fails or the delimiter is none.
    init(path: String, delimiter: UInt8, limits: InputLimits) throws(InputError) {
        let reserved: [UInt8] = [0, UInt8(ascii: "\""), UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        guard delimiter < 0x80, !reserved.contains(delimiter) else {
            throw InputError(
                path: path,
                message: "the delimiter can't be a quote, a line end, a NUL byte or a character outside of ASCII",
                help: "use `,`, `;`, `|` or a tab"
            )
        }
        window = try InputWindow(path: path, chunkBytes: limits.chunkBytes)
        self.limits = limits
        self.delimiter = delimiter
        scanner = CSVScanner(delimiter: delimiter, limits: limits)
    }

    /// The fields of the row that was found.
    var fieldCount: Int { scanner.fields.count }

    /// Finds the next row that is not a blank line; false if there is none.
    ///
    /// - Throws: where the file can't be read or what comes next is no row.
    mutating func find() throws(InputError) -> Bool {
        while true {
            if window.count == 0 {
                if !window.isAtEnd { try window.refill() }
                if window.count == 0 { return false }
            }
            let finding = Self.scan(window, with: &scanner)
            switch finding {
            case .row(let length, let lines):
                rowLength = length
                rowLines = lines
                if !scanner.fields.isEmpty { return true }
                take()
            case .incomplete: try window.refill()
            case .fault(let fault):
                let (message, help) = fault.explanation(limits)
                throw error(message, at: fault.reason == .rowTooLong ? nil : fault.offset, help: help)
            }
        }
    }

    private static func scan(_ window: borrowing InputWindow, with scanner: inout CSVScanner) -> CSVScanner.Finding {
        let isLast = window.isAtEnd
        return window.withBytes { scanner.scan($0, isLast: isLast) }
    }

    /// Steps over the row that was found.
    mutating func take() {
        window.skip(rowLength)
        line += rowLines
        rowLength = 0
        rowLines = 0
    }

    /// The text of a field of the row that was found.
    ///
    /// - Throws: where it is not UTF-8.
    func text(ofField index: Int) throws(InputError) -> String {
        let field = scanner.fields[index]
        let text = window.withBytes { bytes in
            let written = UnsafeBufferPointer(rebasing: bytes[field.start..<field.end])
            return field.isEscaped
                ? Self.undoubled(written).withUnsafeBufferPointer(Self.decoded) : Self.decoded(written)
        }
        guard let text else {
            throw error(
                "the field contains bytes that are not UTF-8",
                at: field.start,
                help: "save the file as UTF-8: `iconv -f WINDOWS-1252 -t UTF-8`, or whatever its encoding is"
            )
        }
        return text
    }

    /// An error about the row that was found, or about what is at `offset` from its start.
    func error(_ message: String, at offset: Int? = nil, help: String? = nil) -> InputError {
        guard let offset else { return InputError(path: window.path, line: line, message: message, help: help) }
        let (lines, column) = window.withBytes { TextPosition.of(offset, in: $0) }
        return InputError(path: window.path, line: line + lines, column: column, message: message, help: help)
    }

    /// The error for a field that is not of its column's type.
    func mistyped(_ text: String, _ column: CSVHeader.Column, field index: Int) -> InputError {
        let name = InputText.name(column.name.text)
        let shown = text.isEmpty ? "empty" : InputText.quoted(text)
        let field = scanner.fields[index]
        return error(
            "\(name) is \(shown), not \(column.type.noun)",
            at: field.isQuoted ? field.start - 1 : field.start,
            help: column.type.help(for: text, column: name)
        )
    }

    /// The text of some UTF-8; `nil` if it is none.
    ///
    /// `String(validating:as:)` says the same, but is not specialised and takes several times as long for short texts.
    @inline(__always)
    private static func decoded(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        // What is not UTF-8 was replaced, so that the text then differs from it.
        return text.utf8.elementsEqual(bytes) ? text : nil
    }

    /// A quoted field's bytes with one quote for each two.
    private static func undoubled(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var isSecond = false
        for byte in bytes {
            isSecond = byte == UInt8(ascii: "\"") && !isSecond
            if !isSecond { result.append(byte) }
        }
        return result
    }
}
