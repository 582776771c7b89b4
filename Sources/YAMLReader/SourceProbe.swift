import Diagnostics

/// Looks around a place in the source to find out what a person meant to write there.
struct SourceProbe {
    /// The file looked at.
    let file: SourceFile

    /// The byte at an offset, or nil at the end of the file.
    func byte(at offset: Int) -> UInt8? {
        file.bytes.indices.contains(offset) ? file.bytes[offset] : nil
    }

    /// The bytes from a position to the end of its line, without space at the end; never empty unless the line ends.
    func rest(of position: SourcePosition) -> Range<Int> {
        let line = file.lineRange(position.line)
        let start = min(max(position.offset, line.lowerBound), line.upperBound)
        var end = line.upperBound
        while end > start, isBlank(file.bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    /// The bytes of a line without the space around them.
    func content(ofLine number: Int) -> Range<Int> {
        let line = file.lineRange(number)
        var start = line.lowerBound
        while start < line.upperBound, isBlank(file.bytes[start]) { start += 1 }
        return rest(of: file.position(atOffset: start))
    }

    /// The nearest line above that holds more than space and a comment.
    func lineAbove(_ number: Int) -> Int? {
        var line = number - 1
        while line >= 1 {
            if let first = byte(at: content(ofLine: line).lowerBound), !content(ofLine: line).isEmpty,
                first != UInt8(ascii: "#")
            {
                return line
            }
            line -= 1
        }
        return nil
    }

    /// The text of a range of bytes.
    func text(_ range: Range<Int>) -> String {
        String(decoding: file.bytes[range], as: UTF8.self)
    }

    /// The text of a range if it is short enough to be repeated in a message, else its beginning.
    func excerpt(_ range: Range<Int>) -> String {
        let text = text(range.lowerBound..<min(range.upperBound, range.lowerBound + 240))
        return text.count > 60 || range.count > 240 ? text.prefix(60) + "…" : text
    }

    /// A span of the single scalar at a position, or the place if there is none.
    func character(at position: SourcePosition) -> SourceSpan {
        var end = position.offset
        if byte(at: end) != nil { end += 1 }
        while let next = byte(at: end), next & 0xC0 == 0x80 { end += 1 }
        return file.span(position.offset..<end)
    }

    /// The last byte on the line before an offset that is not space.
    func byteBefore(_ position: SourcePosition) -> UInt8? {
        let line = file.lineRange(position.line)
        var index = min(position.offset, line.upperBound)
        while index > line.lowerBound, isBlank(file.bytes[index - 1]) { index -= 1 }
        return index > line.lowerBound ? file.bytes[index - 1] : nil
    }

    /// The offset of the `:` in `name:value`, if that is what the bytes are: a key that lacks the space after its colon.
    /// `http://…` and `C:\…` are not taken for one.
    func colonWithoutSpace(in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index < range.upperBound, isName(file.bytes[index]) { index += 1 }
        guard index > range.lowerBound, index + 1 < range.upperBound, file.bytes[index] == UInt8(ascii: ":") else {
            return nil
        }
        let value = file.bytes[(index + 1)..<range.upperBound]
        let next = file.bytes[index + 1]
        if isBlank(next) || next == UInt8(ascii: "\\") || next == UInt8(ascii: ":") { return nil }
        // `path:/loans` lacks a space; `http://host` and `C:/loans` do not.
        let isRooted = next == UInt8(ascii: "/")
        return isRooted && (value.starts(with: "//".utf8) || index == range.lowerBound + 1) ? nil : index
    }

    /// The `${{ … }}` that begins at an offset, up to its `}}` or the end of the line.
    func template(at offset: Int) -> Range<Int>? {
        guard file.bytes[min(offset, file.bytes.count)...].starts(with: "${{".utf8) else { return nil }
        let rest = rest(of: file.position(atOffset: offset))
        var index = offset + 3
        while index + 1 < rest.upperBound {
            if file.bytes[index] == UInt8(ascii: "}"), file.bytes[index + 1] == UInt8(ascii: "}") {
                return offset..<index + 2
            }
            index += 1
        }
        return rest
    }

    /// The last `${{` on the line before an offset that has no `}}` in between; looked for no further than 4 KiB back.
    func openTemplate(before position: SourcePosition) -> Int? {
        var index = min(position.offset, file.bytes.count) - 1
        let lower = max(file.lineRange(position.line).lowerBound, index - 4_096)
        while index >= lower, index >= 1 {
            if file.bytes[index] == UInt8(ascii: "}"), file.bytes[index - 1] == UInt8(ascii: "}") { return nil }
            if template(at: index) != nil { return index }
            index -= 1
        }
        return nil
    }

    /// Whether a `: ` or a `:` at the end stands in a range of bytes.
    func hasKeyIndicator(in range: Range<Int>) -> Bool {
        range.contains { index in
            guard file.bytes[index] == UInt8(ascii: ":") else { return false }
            return index + 1 >= range.upperBound || isBlank(file.bytes[index + 1])
        }
    }

    private func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
