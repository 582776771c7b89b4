/// What to tell a person about calls of unknown outcome.
enum UnknownCalls {
    /// `` `repayments#1`: items 5 to 8 ``.
    static func place(of intent: CallIntent) -> String {
        guard let items = intent.itemsText else { return "`\(intent.key)`" }
        return "`\(intent.key)`: \(intent.items.count == 1 ? "item" : "items") \(items)"
    }

    /// What to do next.
    ///
    /// - Parameter run: the run, as the command finds it.
    static func advice(_ run: String, key: String) -> String {
        "look it up at the API, then say what you found: runner resolve \(run) '\(key)' --done, or --not-done"
    }
}

extension CallIntent {
    /// The call's items for people, who count from 1: `5`, `5 to 8`; nothing where it has none.
    package var itemsText: String? {
        guard !items.isEmpty else { return nil }
        return items.count == 1 ? "\(items.upperBound)" : "\(items.lowerBound + 1) to \(items.upperBound)"
    }
}
