import Synchronization

/// Decides for each request whether it goes wrong, and counts.
final class FaultInjector: Sendable {
    let settings: FaultSettings
    private let plan: FaultPlan
    private let seed: UInt64
    private let counts: Mutex<Counts>

    private struct Counts {
        /// Requests that rates have been drawn for.
        var requests: UInt64 = 0
        /// Requests that each script has matched, in the order of the plan.
        var matches: [Int]
    }

    init(plan: FaultPlan, seed: UInt64) {
        self.plan = plan
        // Not the stream that the loans are drawn from.
        self.seed = SplitMix64.mix(seed ^ 0xFA17)
        settings = plan.settings
        counts = Mutex(Counts(matches: plan.scripts.map { _ in 0 }))
    }

    /// What goes wrong with a request to a place that rates apply to; nil if nothing does.
    func fault(at place: FaultPlace, method: String, path: String) -> Fault? {
        let (scripted, request) = counts.withLock { counts -> (Fault?, UInt64) in
            var scripted: Fault?
            for (index, script) in plan.scripts.enumerated() where script.matches(method: method, path: path) {
                counts.matches[index] += 1
                if scripted == nil, script.which.contains(counts.matches[index]) {
                    scripted = script.fault
                }
            }
            counts.requests += 1
            return (scripted, counts.requests)
        }
        return scripted ?? draw(request: request, at: place)
    }

    private func draw(request: UInt64, at place: FaultPlace) -> Fault? {
        guard !plan.rates.isEmpty else { return nil }
        var drawn = SplitMix64.mix(seed &+ request &* 0x9E37_79B9_7F4A_7C15) % 1_000_000
        for rate in plan.rates where rate.place == place || (rate.place == .api && place != .token) {
            if drawn < rate.perMillion {
                return rate.fault
            }
            drawn -= rate.perMillion
        }
        return nil
    }
}
