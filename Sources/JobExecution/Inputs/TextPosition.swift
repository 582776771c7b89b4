/// Where a byte is in a text.
enum TextPosition {
    /// How many line ends (LF, CRLF or CR) there are before the byte at `offset`, and its column: one more than the
    /// Unicode scalars between the last of them and it.
    static func of(_ offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> (lines: Int, column: Int) {
        var lines = 0
        var column = 1
        for index in bytes.indices.prefix(offset) {
            let byte = bytes[index]
            let endsLine =
                byte == UInt8(ascii: "\n")
                || byte == UInt8(ascii: "\r") && !(index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n"))
            if endsLine {
                lines += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                // Continuation bytes are not counted, so that a scalar counts once.
                column += 1
            }
        }
        return (lines, column)
    }
}
