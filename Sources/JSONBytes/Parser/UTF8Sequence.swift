/// What must follow the first byte of a multi-byte UTF-8 sequence (RFC 3629, section 4).
struct UTF8Sequence {
    /// How many continuation bytes are still to come.
    private(set) var remaining: Int
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF

    /// Starts a sequence; `nil` if no sequence starts with this byte.
    @inline(__always)
    init?(first byte: UInt8) {
        switch byte {
        case 0xC2...0xDF: remaining = 1
        case 0xE0...0xEF:
            remaining = 2
            if byte == 0xE0 { lowest = 0xA0 }
            if byte == 0xED { highest = 0x9F }
        case 0xF0...0xF4:
            remaining = 3
            if byte == 0xF0 { lowest = 0x90 }
            if byte == 0xF4 { highest = 0x8F }
        default: return nil
        }
    }

    /// Takes the next byte of the sequence; false if it does not belong there.
    @inline(__always)
    mutating func accept(_ byte: UInt8) -> Bool {
        guard remaining > 0, byte >= lowest, byte <= highest else { return false }
        remaining -= 1
        lowest = 0x80
        highest = 0xBF
        return true
    }
}
