import Diagnostics

/// Finds what makes bytes unfit to be YAML text, before libyaml sees them: it would stop too, but with less to say.
enum EncodingCheck {
    /// The first problem of the file's encoding, if any.
    static func problem(in file: SourceFile) -> Diagnostic? {
        if let name = wideEncoding(of: file.bytes) {
            return .error(
                "unsupported-encoding",
                "the file is \(name), not UTF-8",
                at: file.span(0..<0),
                help: "save it as UTF-8, for example with `iconv -f \(name) -t UTF-8`"
            )
        }
        return file.bytes.withUnsafeBufferPointer { bytes in
            var index = file.byteOrderMarkLength
            while index < bytes.count {
                let byte = bytes[index]
                if byte >= 0x20, byte < 0x7F {
                    index += 1
                    continue
                }
                guard let (scalar, length) = decode(bytes, at: index) else {
                    return .error(
                        "invalid-utf8",
                        "the byte 0x\(hex(UInt32(byte), digits: 2)) does not belong to any character in UTF-8",
                        at: file.span(index..<index + 1),
                        help: "save the file as UTF-8"
                    )
                }
                if let diagnostic = problem(of: scalar, in: file, at: index..<index + length) { return diagnostic }
                index += length
            }
            return nil
        }
    }

    /// UTF-16 and UTF-32, by their byte order mark or by the zero bytes that ASCII characters have in them.
    private static func wideEncoding(of bytes: [UInt8]) -> String? {
        let head = Array(bytes.prefix(4))
        switch head {
        case [0xFF, 0xFE, 0, 0], [0, 0, 0xFE, 0xFF]: return "UTF-32"
        default: break
        }
        if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
        guard head.count == 4 else { return nil }
        return switch (head[0] == 0, head[1] == 0, head[2] == 0, head[3] == 0) {
        case (true, true, true, false): "UTF-32BE"
        case (false, true, true, true): "UTF-32LE"
        case (true, false, true, false): "UTF-16BE"
        case (false, true, false, true): "UTF-16LE"
        default: nil
        }
    }

    private static func problem(of scalar: UInt32, in file: SourceFile, at range: Range<Int>) -> Diagnostic? {
        switch scalar {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0xA0...0x2027, 0x202A...0xFEFE, 0xFF00...0xFFFD, 0x10000...: nil
        default: problem(ofUnusual: scalar, at: file.span(range))
        }
    }

    private static func problem(ofUnusual scalar: UInt32, at span: SourceSpan) -> Diagnostic {
        switch scalar {
        case 0:
            .error(
                "control-character",
                "a NUL byte is not text",
                at: span,
                help: "is this a YAML file? in a quoted string, write it as `\"\\0\"`"
            )
        case 0x01...0x1F, 0x7F...0x84, 0x86...0x9F:
            .error(
                "control-character",
                "the control character U+\(hex(scalar, digits: 4)) is not allowed in YAML",
                at: span,
                help: "in a quoted string, write it as `\"\\x\(hex(scalar, digits: 2))\"`"
            )
        case 0x85, 0x2028, 0x2029:
            // YAML 1.1 readers, libyaml among them, end the line here; YAML 1.2 keeps the character.
            .error(
                "ambiguous-line-break",
                "U+\(hex(scalar, digits: 4)) is a line break to some YAML readers and text to others",
                at: span,
                help: "in a quoted string, write it as `\"\\u\(hex(scalar, digits: 4))\"`"
            )
        case 0xFEFF:
            .error(
                "stray-byte-order-mark",
                "a byte order mark may only stand at the very beginning of the file",
                at: span,
                help: "delete this invisible character (U+FEFF)"
            )
        default:
            .error("control-character", "U+\(hex(scalar, digits: 4)) is not a character", at: span)
        }
    }

    /// The scalar that begins at `index` and its length, or nil if the bytes there are not UTF-8 (RFC 3629).
    private static func decode(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (scalar: UInt32, length: Int)? {
        let first = bytes[index]
        let (length, lowest, initial): (Int, UInt32, UInt32)
        switch first {
        case 0..<0x80: return (UInt32(first), 1)
        case 0xC2...0xDF: (length, lowest, initial) = (2, 0x80, UInt32(first & 0x1F))
        case 0xE0...0xEF: (length, lowest, initial) = (3, 0x800, UInt32(first & 0x0F))
        case 0xF0...0xF4: (length, lowest, initial) = (4, 0x10000, UInt32(first & 0x07))
        default: return nil
        }
        guard index + length <= bytes.count else { return nil }
        var scalar = initial
        for byte in bytes[index + 1..<index + length] {
            guard byte & 0xC0 == 0x80 else { return nil }
            scalar = scalar << 6 | UInt32(byte & 0x3F)
        }
        guard scalar >= lowest, Unicode.Scalar(scalar) != nil else { return nil }
        return (scalar, length)
    }

    private static func hex(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
