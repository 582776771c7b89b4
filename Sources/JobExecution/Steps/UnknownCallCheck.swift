import JobPlan
import JobSpec

/// Stops a step before it sends anything, where an interrupted run left writes that nothing can settle.
struct UnknownCallCheck: Sendable {
    let planned: PlannedStep
    let services: RunServices
    let evaluator: TemplateEvaluator

    private var step: Step { planned.step }

    /// - Parameters:
    ///   - begun: where the step stood.
    ///   - feed: the step's items from there on.
    func run(
        _ begun: ResumePoint.BegunStep,
        _ feed: () throws(RunFailure) -> ItemFeed
    ) async throws(RunFailure) {
        guard step.reconcile == nil, !step.request.method.isIdempotent else { return }
        let intents = begun.calls.values.filter { $0.state == .unknown }.map(\.intent).sorted { $0.call < $1.call }
        guard !intents.isEmpty else { return }
        let keys = planned.isRepeatable ? try await keys(of: intents, try feed()) : [:]
        let open = intents.compactMap { intent -> UnknownCalls.Open? in
            guard planned.isRepeatable else { return UnknownCalls.Open(intent: intent, key: nil) }
            // What the input doesn't have is not sent either.
            guard let key = keys[intent.call], Repeatability(planned, key: key, after: intent) == .unsafe else {
                return nil
            }
            return UnknownCalls.Open(intent: intent, key: key)
        }
        if !open.isEmpty { throw UnknownCalls.unsettled(open, of: step.id, services.runReference) }
    }

    /// The keys that the calls would be sent under now, by position.
    private func keys(of intents: [CallIntent], _ feed: ItemFeed) async throws(RunFailure) -> [Int: String] {
        let resolver = CallResolver(planned: planned, services: services, evaluator: evaluator)
        let calls = Set(intents.map(\.call))
        var keys: [Int: String] = [:]
        var feed = feed
        while keys.count < calls.count, let items = try feed.next(of: step.id) {
            if calls.contains(items.call) { keys[items.call] = try await resolver.key(of: items) }
        }
        return keys
    }
}
