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
        // By hand, in one pass: there may be a million.
        var loans: [Int] = []
        let mark = Array(#""loan_id":""#.utf8)
        var matched = 0
        var number: Int?
        for byte in [UInt8](data) {
            if let digits = number {
                if byte == UInt8(ascii: "\"") {
                    loans.append(digits)
                    number = nil
                } else {
                    number = digits * 10 + Int(byte) - 48
                }
            } else {
                matched = byte == mark[matched] ? matched + 1 : byte == mark[0] ? 1 : 0
                if matched == mark.count { (matched, number) = (0, 0) }
            }
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
