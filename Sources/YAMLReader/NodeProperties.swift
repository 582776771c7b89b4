import Diagnostics

/// The anchor and tag in front of a node, found in the source: libyaml gives one position for them and the node.
struct NodeProperties {
    /// The bytes of the tag, if there is one.
    private(set) var tagRange: Range<Int>?
    /// Whether the tag is the bare `!`, which libyaml does not report for scalars.
    private(set) var isNonSpecific = false
    /// The offset of the node itself.
    private(set) var contentStart: Int

    /// Skips up to `count` properties, white space and comments between `start` and `end`.
    init(in file: SourceFile, from start: Int, to end: Int, count: Int) {
        let bytes = file.bytes
        let end = min(end, bytes.count)
        var index = min(start, end)
        var left = count
        while index < end {
            switch bytes[index] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                index += 1
            case UInt8(ascii: "#"):
                while index < end, !Self.isBreak(bytes[index]) { index += 1 }
            case UInt8(ascii: "&"), UInt8(ascii: "!"):
                guard left > 0 else {
                    contentStart = index
                    return
                }
                left -= 1
                let first = index
                while index < end, !Self.isSpace(bytes[index]) { index += 1 }
                if bytes[first] == UInt8(ascii: "!") {
                    tagRange = first..<index
                    isNonSpecific = index == first + 1
                }
            default:
                contentStart = index
                return
            }
        }
        contentStart = end
    }

    private static func isBreak(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        isBreak(byte) || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
