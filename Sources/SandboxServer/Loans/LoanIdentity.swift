/// The ids of a loan, and the way back from an id to the loan. All are arithmetic on the loan's index.
enum LoanIdentity {
    private static let firstID: UInt64 = 1_000_000
    /// Every 97th loan has an id of 19 digits, which no binary floating-point number holds exactly.
    private static let firstLongID: UInt64 = 9_223_372_036_000_000_001
    private static let longIDEvery = 97
    private static let firstInternalLoanID: UInt64 = 2_000_000
    private static let firstInternalClientID: UInt64 = 500_000

    /// The loan's id at Kiva.
    static func kivaID(_ index: Int) -> UInt64 {
        (index % longIDEvery == longIDEvery - 1 ? firstLongID : firstID) + UInt64(index)
    }

    /// The loan's id in the partner's own system.
    static func internalLoanID(_ index: Int) -> UInt64 {
        firstInternalLoanID + UInt64(index)
    }

    /// The client's id in the partner's own system. A client has two loans.
    static func internalClientID(_ index: Int) -> UInt64 {
        firstInternalClientID + UInt64(index / 2)
    }

    /// The indices of the loans, of `count`, that have an id in any of its roles; ascending.
    static func indices(withID id: UInt64, of count: Int) -> [Int] {
        var candidates: [Int] = []
        for first in [firstID, firstLongID, firstInternalLoanID] where id >= first {
            candidates.append(Int(exactly: id - first) ?? .max)
        }
        if id >= firstInternalClientID {
            let client = id - firstInternalClientID
            if client < UInt64(count) {
                candidates += [Int(client) * 2, Int(client) * 2 + 1]
            }
        }
        let matches = candidates.filter { index in
            index < count
                && (kivaID(index) == id || internalLoanID(index) == id || internalClientID(index) == id)
        }
        return Array(Set(matches)).sorted()
    }
}
