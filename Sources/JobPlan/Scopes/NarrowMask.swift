/// Up to 64 numbers in one word: what nearly every problem fits.
struct NarrowMask: ItemMask {
    private var bits: UInt64 = 0

    static var capacity: Int { UInt64.bitWidth }

    init() {}

    var isEmpty: Bool { bits == 0 }

    var count: Int { bits.nonzeroBitCount }

    func contains(_ item: Int) -> Bool {
        bits & (1 << UInt64(item)) != 0
    }

    mutating func insert(_ item: Int) {
        bits |= 1 << UInt64(item)
    }

    mutating func formUnion(_ other: Self) {
        bits |= other.bits
    }

    mutating func formIntersection(_ other: Self) {
        bits &= other.bits
    }

    func subtracting(_ other: Self) -> Self {
        var result = self
        result.bits &= ~other.bits
        return result
    }

    func isDisjoint(with other: Self) -> Bool {
        bits & other.bits == 0
    }

    @inline(__always)
    func forEach(_ body: (Int) -> Void) {
        var rest = bits
        while rest != 0 {
            body(rest.trailingZeroBitCount)
            rest &= rest &- 1
        }
    }
}
