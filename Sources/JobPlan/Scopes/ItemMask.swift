/// A set of small numbers, one bit each, of a fixed capacity, held in place.
protocol ItemMask: Sendable {
    /// The numbers that fit: from 0 up to this.
    static var capacity: Int { get }

    /// The empty set.
    init()

    /// Whether no number is in it.
    var isEmpty: Bool { get }
    /// How many numbers are in it.
    var count: Int { get }

    /// Whether the number, which must be below ``capacity``, is in it.
    func contains(_ item: Int) -> Bool
    /// Puts in a number, which must be below ``capacity``.
    mutating func insert(_ item: Int)
    /// Puts in what the other has.
    mutating func formUnion(_ other: Self)
    /// Keeps what the other has too.
    mutating func formIntersection(_ other: Self)
    /// This set without what the other has.
    func subtracting(_ other: Self) -> Self
    /// Whether the two have nothing in common.
    func isDisjoint(with other: Self) -> Bool
    /// Calls `body` with each number, ascending.
    func forEach(_ body: (Int) -> Void)
}

extension ItemMask {
    /// A set of these numbers, each below ``capacity``.
    init(_ items: some Sequence<Int>) {
        self.init()
        for item in items { insert(item) }
    }

    /// The numbers, ascending.
    var items: [Int] {
        var list: [Int] = []
        forEach { list.append($0) }
        return list
    }
}
