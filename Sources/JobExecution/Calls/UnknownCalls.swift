import JobSpec

/// What to tell a person about calls of unknown outcome.
enum UnknownCalls {
    /// A call that an interrupted run left without an outcome.
    struct Open: Sendable {
        let intent: CallIntent
        /// The key that it would be sent under now; nothing where the step has no idempotency key.
        let key: String?

        /// What is different about the key; nothing where it is the same.
        fileprivate func change(_ step: StepID) -> String? {
            guard let key, key != intent.key else { return nil }
            let hadNone = intent.key == CallResolver.place(of: intent.call, in: step)
            return (hadNone ? "was sent without an idempotency key, " : "") + "would now have the key `\(key)`"
        }
    }

    /// How many are listed one by one.
    private static let mostListed = 20

    /// The end of a step whose interrupted calls nothing can settle.
    ///
    /// - Parameters:
    ///   - open: at least one.
    ///   - run: the run, as the command finds it.
    static func unsettled(_ open: [Open], of step: StepID, _ run: String) -> RunFailure {
        let changes = open.map { $0.change(step) }
        var help = zip(open, changes).prefix(mostListed).map { call, change in
            let separator = call.intent.itemsText == nil ? ": " : "; "
            return place(of: call.intent) + (change.map { separator + $0 } ?? "")
        }
        if open.count > mostListed { help.append("and \(open.count - mostListed) more: runner show \(run)") }
        let hasOtherKeys = changes.contains { $0 != nil }
        if hasOtherKeys {
            help.append(
                "under another key the API would take it for another call: bring back what the key was made of, "
                    + "then resume"
            )
        }
        if let first = open.first { help.append((hasOtherKeys ? "or " : "") + advice(run, key: first.intent.key)) }
        let calls = open.count == 1 ? "this call" : "these \(open.count) calls"
        let change = hasOtherKeys ? ", and the idempotency key is another now" : ""
        return RunFailure(
            .unknownOutcome,
            "nobody knows whether \(calls) took effect\(change)",
            step: step,
            help: help
        )
    }

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
