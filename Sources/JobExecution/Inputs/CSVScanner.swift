/// Finds the rows and fields of CSV text (RFC 4180) in a buffer, without copying any of it.
///
/// Beyond the RFC: a row may end with LF or CR alone as well as with CRLF, a field may hold any byte but NUL, and a line
/// with nothing in it is no row. Stricter than many readers: a quote inside an unquoted field, and anything but a
/// delimiter after a closing quote, are faults, as nobody can say what was meant.
struct CSVScanner: Sendable {
    /// A field's bytes in the buffer, without its quotes.
    struct Field: Sendable {
        let start: Int
        let end: Int
        let isQuoted: Bool
        /// Whether quotes are doubled in it.
        let isEscaped: Bool
    }

    /// What the buffer starts with.
    enum Finding: Hashable, Sendable {
        /// A row, found in `fields`, or a blank line if there are none. `length` counts the bytes with the line end,
        /// `lines` the line ends.
        case row(length: Int, lines: Int)
        /// The beginning of a row.
        case incomplete
        /// Something that is not CSV.
        case fault(CSVFault)
    }

    /// The fields of the row found last.
    private(set) var fields: [Field] = []
    private let delimiter: UInt8
    private let limits: InputLimits

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// Splits at `delimiter`, which is neither a quote, CR, LF nor NUL.
    init(delimiter: UInt8, limits: InputLimits) {
        self.delimiter = delimiter
        self.limits = limits
    }

    /// Looks for a row at the start of `bytes`, which are not empty. `isLast` says that the file ends with them.
    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Finding {
        fields.removeAll(keepingCapacity: true)
        var position = 0
        var lines = 0
        while true {
            let field: Field
            if position < bytes.count, bytes[position] == Self.quote {
                switch quotedField(bytes, from: position, isLast: isLast, lines: &lines) {
                case .success(let found?): field = found
                case .success(nil): return unfinished(bytes.count, fieldStart: position, isQuoted: true)
                case .failure(let fault): return .fault(fault)
                }
                position = field.end + 1
            } else {
                let end = unquotedEnd(bytes, from: position)
                field = Field(start: position, end: end, isQuoted: false, isEscaped: false)
                position = end
            }
            // The field may go on, also a quoted one: its closing quote may be the first half of a doubled one.
            if position == bytes.count, !isLast {
                let start = field.isQuoted ? field.start - 1 : field.start
                return unfinished(bytes.count, fieldStart: start, isQuoted: field.isQuoted)
            }
            if let fault = check(field, at: position) { return .fault(fault) }
            guard position < bytes.count else {
                fields.append(field)
                return .row(length: position, lines: lines)
            }
            switch bytes[position] {
            case delimiter:
                fields.append(field)
                position += 1
            case Self.lineFeed, Self.carriageReturn:
                let isBlank = position == 0
                if !isBlank { fields.append(field) }
                guard let length = lineEnd(bytes, at: position, isLast: isLast) else { return .incomplete }
                return .row(length: length, lines: lines + 1)
            case 0: return .fault(CSVFault(offset: position, reason: .nulByte))
            default:
                let reason: CSVFault.Reason = field.isQuoted ? .textAfterQuote : .quoteInUnquotedField
                return .fault(CSVFault(offset: position, reason: reason))
            }
        }
    }

    /// Where an unquoted field ends: at a delimiter, a line end, the buffer's end, or at what may not be in it.
    @inline(__always)
    private func unquotedEnd(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var position = start
        while position < bytes.count {
            let byte = bytes[position]
            if byte == delimiter { break }
            // One comparison lets nearly all bytes pass: the quote is the highest of the rest.
            if byte <= Self.quote,
                byte == Self.quote || byte == Self.lineFeed || byte == Self.carriageReturn || byte == 0
            {
                break
            }
            position += 1
        }
        return position
    }

    /// The quoted field whose opening quote is at `start`; `nil` if the buffer ends before it does.
    @inline(__always)
    private func quotedField(
        _ bytes: UnsafeBufferPointer<UInt8>,
        from start: Int,
        isLast: Bool,
        lines: inout Int
    ) -> Result<Field?, CSVFault> {
        var position = start + 1
        var isEscaped = false
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte > Self.quote { continue }
            switch byte {
            case Self.quote:
                guard position < bytes.count, bytes[position] == Self.quote else {
                    return .success(Field(start: start + 1, end: position - 1, isQuoted: true, isEscaped: isEscaped))
                }
                isEscaped = true
                position += 1
            case Self.lineFeed: lines += 1
            case Self.carriageReturn: if position == bytes.count || bytes[position] != Self.lineFeed { lines += 1 }
            case 0: return .failure(CSVFault(offset: position - 1, reason: .nulByte))
            default: break
            }
        }
        return isLast ? .failure(CSVFault(offset: start, reason: .unclosedQuote)) : .success(nil)
    }

    /// Where the next row starts, given where a line end does; `nil` if that is not known yet.
    private func lineEnd(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int, isLast: Bool) -> Int? {
        guard bytes[position] == Self.carriageReturn else { return position + 1 }
        guard position + 1 < bytes.count else { return isLast ? position + 1 : nil }
        return bytes[position + 1] == Self.lineFeed ? position + 2 : position + 1
    }

    /// More bytes are needed, unless there are too many already.
    private func unfinished(_ count: Int, fieldStart: Int, isQuoted: Bool) -> Finding {
        if count - fieldStart > limits.maxFieldBytes + (isQuoted ? 2 : 0) {
            let reason: CSVFault.Reason = isQuoted ? .quoteTooLong : .fieldTooLong
            return .fault(CSVFault(offset: fieldStart, reason: reason))
        }
        return count > limits.maxRowBytes ? .fault(CSVFault(offset: 0, reason: .rowTooLong)) : .incomplete
    }

    /// Holds a whole field, which ends at `position`, to the limits.
    @inline(__always)
    private func check(_ field: Field, at position: Int) -> CSVFault? {
        if field.end - field.start > limits.maxFieldBytes {
            return CSVFault(
                offset: field.isQuoted ? field.start - 1 : field.start,
                reason: field.isQuoted ? .quoteTooLong : .fieldTooLong
            )
        }
        if position > limits.maxRowBytes { return CSVFault(offset: 0, reason: .rowTooLong) }
        if fields.count == limits.maxColumns { return CSVFault(offset: field.start, reason: .tooManyColumns) }
        return nil
    }
}
