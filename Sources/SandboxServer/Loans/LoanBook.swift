/// All the loans of a sandbox, none of them in memory: each is computed from the seed and its index when it is asked for.
struct LoanBook: Sendable {
    /// How many loans there are.
    let count: Int
    private let seed: UInt64
    private let cycle: StatusCycle
    private let writer: LoanWriter

    init(seed: UInt64, count: Int, partnerID: String) {
        self.seed = seed
        self.count = count
        cycle = StatusCycle(seed: seed)
        writer = LoanWriter(partnerID: partnerID)
    }

    /// The time that all answers are said to be of: drawn from the seed, so that the same request has the same answer.
    var asOfDateTime: String {
        var text: [UInt8] = []
        text.append("2026-01-09T")
        text.append(twoDigits: seed / 3600 % 24)
        text.append(":")
        text.append(twoDigits: seed / 60 % 60)
        text.append(":")
        text.append(twoDigits: seed % 60)
        text.append("Z")
        return String(decoding: text, as: UTF8.self)
    }

    /// Some loans, in the order of their indices.
    enum Selection: Sendable {
        /// Every loan.
        case all
        /// Those of one status, in closed form.
        case status(LoanStatus)
        /// Those at these indices.
        case indices([Int])
    }

    /// Finds the loans of a status, or of any, that match a query: an id, or a part of the borrower's name.
    func select(status: LoanStatus?, query: String?) -> Selection {
        guard let query, !query.isEmpty else {
            return status.map(Selection.status) ?? .all
        }
        var indices: [Int]
        if query.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            indices = UInt64(query).map { LoanIdentity.indices(withID: $0, of: count) } ?? []
        } else {
            indices = indicesOfLoans(named: query)
        }
        if let status {
            indices.removeAll { cycle.status(at: $0) != status }
        }
        return .indices(indices)
    }

    /// How many loans a selection holds.
    func total(_ selection: Selection) -> Int {
        switch selection {
        case .all: count
        case .status(let status): cycle.total(status, of: count)
        case .indices(let indices): indices.count
        }
    }

    /// Writes a page of a selection as the elements of a JSON array, with commas between them.
    func write(_ selection: Selection, offset: Int, limit: Int, into text: inout [UInt8]) {
        let total = total(selection)
        guard offset < total, limit > 0 else { return }
        for rank in offset..<min(total, offset + min(limit, total)) {
            guard let index = index(of: rank, in: selection) else { return }
            if rank > offset {
                text.append(UInt8(ascii: ","))
            }
            writer.write(
                LoanDraw(seed: seed, index: index),
                index: index,
                status: cycle.status(at: index),
                into: &text
            )
        }
    }

    private func index(of rank: Int, in selection: Selection) -> Int? {
        switch selection {
        case .all: rank
        case .status(let status): cycle.index(of: rank, status)
        case .indices(let indices): indices[rank]
        }
    }

    /// Every loan whose borrower's name has a text in it, regardless of case: a scan, but one of numbers, not of names.
    private func indicesOfLoans(named part: String) -> [Int] {
        let part = part.lowercased()
        let names = LoanDraw.namesPerRegion
        var matches: [Bool] = []
        for region in Region.all {
            for first in region.firstNames {
                for last in region.lastNames {
                    matches.append("\(first) \(last)".lowercased().contains(part))
                }
            }
        }
        guard matches.contains(true) else { return [] }
        return (0..<count).filter { index in
            let draw = LoanDraw(seed: seed, index: index)
            return matches[(draw.region * names + draw.firstName) * names + draw.lastName]
        }
    }
}
