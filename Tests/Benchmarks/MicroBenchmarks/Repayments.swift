import TestSupport

/// Rows of a partner's repayments.
enum Repayments {
    /// A CSV text with a header; every tenth row has quotes and a comma in a field.
    static func csv(rows: Int, seed: UInt64 = 7) -> String {
        var random = SeededGenerator(seed: seed)
        var text = "loan_id,amount,client_id,note\n"
        for row in 0..<rows {
            let amount = "\(Int.random(in: 1..<900, using: &random)).\(Int.random(in: 10..<100, using: &random))"
            let note = row % 10 == 0 ? #""paid, at the ""market""""# : "cash"
            text += "\(1_000_000 + row),\(amount),\(Int.random(in: 0..<1_000_000, using: &random)),\(note)\n"
        }
        return text
    }
}
