/// A set of small numbers, one bit each, in a fixed number of 64-bit words held in place.
struct ItemMask<let words: Int>: Sendable {
    private var storage = InlineArray<words, UInt64>(repeating: 0)

    /// The numbers that fit: 0 up to this.
    static var capacity: Int { words * UInt64.bitWidth }

    /// The empty set.
    init() {}

    /// A set of these numbers, each below ``capacity``.
    init(_ items: some Sequence<Int>) {
        for item in items { insert(item) }
    }

    /// Whether no number is in it.
    var isEmpty: Bool {
        var bits: UInt64 = 0
        for index in 0..<words { bits |= storage[index] }
        return bits == 0
    }

    /// How many numbers are in it.
    var count: Int {
        var total = 0
        for index in 0..<words { total += storage[index].nonzeroBitCount }
        return total
    }

    /// Whether the number is in it.
    func contains(_ item: Int) -> Bool {
        storage[item >> 6] & (1 << UInt64(item & 63)) != 0
    }

    /// Puts a number in.
    mutating func insert(_ item: Int) {
        storage[item >> 6] |= 1 << UInt64(item & 63)
    }

    /// Puts in what the other has.
    mutating func formUnion(_ other: Self) {
        for index in 0..<words { storage[index] |= other.storage[index] }
    }

    /// Keeps what the other has too.
    mutating func formIntersection(_ other: Self) {
        for index in 0..<words { storage[index] &= other.storage[index] }
    }

    /// This set without what the other has.
    func subtracting(_ other: Self) -> Self {
        var result = self
        for index in 0..<words { result.storage[index] &= ~other.storage[index] }
        return result
    }

    /// Whether the two have nothing in common.
    func isDisjoint(with other: Self) -> Bool {
        var bits: UInt64 = 0
        for index in 0..<words { bits |= storage[index] & other.storage[index] }
        return bits == 0
    }

    /// Calls `body` with each number, ascending.
    @inline(__always)
    func forEach(_ body: (Int) -> Void) {
        for index in 0..<words {
            var rest = storage[index]
            while rest != 0 {
                body(index << 6 | rest.trailingZeroBitCount)
                rest &= rest &- 1
            }
        }
    }
}
