/// More numbers than 64, in a vector of words.
struct WideMask<Words: SIMD & Sendable>: ItemMask where Words.Scalar == UInt64 {
    private var words = Words(repeating: 0)

    static var capacity: Int { Words.scalarCount * UInt64.bitWidth }

    init() {}

    var isEmpty: Bool { Self.isZero(words) }

    var count: Int {
        words.indices.reduce(0) { $0 + words[$1].nonzeroBitCount }
    }

    func contains(_ item: Int) -> Bool {
        words[item >> 6] & (1 << UInt64(item & 63)) != 0
    }

    mutating func insert(_ item: Int) {
        words[item >> 6] |= 1 << UInt64(item & 63)
    }

    mutating func formUnion(_ other: Self) {
        words |= other.words
    }

    mutating func formIntersection(_ other: Self) {
        words &= other.words
    }

    func subtracting(_ other: Self) -> Self {
        var result = self
        result.words &= ~other.words
        return result
    }

    func isDisjoint(with other: Self) -> Bool {
        Self.isZero(words & other.words)
    }

    @inline(__always)
    func forEach(_ body: (Int) -> Void) {
        for index in words.indices {
            var rest = words[index]
            while rest != 0 {
                body(index << 6 | rest.trailingZeroBitCount)
                rest &= rest &- 1
            }
        }
    }

    /// Folds the words rather than compare them: many machines have no vector comparison of 64-bit integers.
    @inline(__always)
    private static func isZero(_ words: Words) -> Bool {
        words.indices.reduce(0) { $0 | words[$1] } == 0
    }
}
