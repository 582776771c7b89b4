import Foundation
import FoundationNetworking

/// The repayments that a sandbox has accepted: what the run really did to the world.
struct Ledger: Hashable, Sendable {
    /// The loans of all repayments, in the order in which they were accepted.
    let loans: [Int]

    /// What the sandbox has now.
    init(_ sandbox: SandboxProcess) async throws {
        guard let url = URL(string: sandbox.announcement.baseURL + "/sandbox/received") else { throw URLError(.badURL) }
        let (data, _) = try await URLSession.shared.data(from: url)
        var loans: [Int] = []
        let mark = Data(#""loan_id":""#.utf8)
        var rest = data[...]
        while let found = rest.range(of: mark) {
            rest = rest[found.upperBound...]
            let digits = rest.prefix { $0 != UInt8(ascii: "\"") }
            loans.append(Int(String(decoding: digits, as: UTF8.self)) ?? -1)
        }
        self.loans = loans
    }

    /// What it has once requests are through that were on their way when their sender died.
    static func atRest(_ sandbox: SandboxProcess) async throws -> Ledger {
        var last = try await Ledger(sandbox)
        while true {
            try await Task.sleep(for: .milliseconds(25))
            let next = try await Ledger(sandbox)
            if next == last { return next }
            last = next
        }
    }

    /// Loans that were reported more than once.
    var repeated: [Int] {
        var counts: [Int: Int] = [:]
        for loan in loans { counts[loan, default: 0] += 1 }
        return counts.filter { $0.value > 1 }.keys.sorted()
    }
}
