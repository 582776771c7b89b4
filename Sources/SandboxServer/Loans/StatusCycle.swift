/// Which loan has which status, by arithmetic: the statuses repeat every hundred loans, in an order drawn from the seed.
///
/// So the number of loans of a status, and the k-th of them, are known without looking at any loan.
struct StatusCycle: Sendable {
    /// The length of the cycle: the shares are percentages.
    static let length = 100

    /// The status at each position of the cycle.
    private let statuses: [LoanStatus]
    /// The positions of each status in the cycle, ascending.
    private let positions: [LoanStatus: [Int]]

    init(seed: UInt64) {
        var order: [LoanStatus] = []
        order.reserveCapacity(Self.length)
        for status in LoanStatus.allCases {
            order.append(contentsOf: repeatElement(status, count: status.share))
        }
        // Fisher–Yates. The bias of the remainder is below 2⁻⁵⁷ and of no concern here.
        var random = SplitMix64(seed: seed)
        for last in stride(from: order.count - 1, to: 0, by: -1) {
            order.swapAt(last, Int(random.next() % UInt64(last + 1)))
        }
        statuses = order
        positions = Dictionary(grouping: order.indices, by: { order[$0] })
    }

    /// The status of the loan at an index.
    func status(at index: Int) -> LoanStatus {
        statuses[index % Self.length]
    }

    /// How many of the first `count` loans have a status.
    func total(_ status: LoanStatus, of count: Int) -> Int {
        let places = positions[status] ?? []
        let rest = count % Self.length
        return count / Self.length * places.count + places.count(where: { $0 < rest })
    }

    /// The index of the `rank`-th loan of a status, counted from 0; nil for a status that no loan has.
    func index(of rank: Int, _ status: LoanStatus) -> Int? {
        guard let places = positions[status], !places.isEmpty else { return nil }
        return rank / places.count * Self.length + places[rank % places.count]
    }
}
