import Diagnostics
import JobPlan
import JobSpec

/// Asks by the step's `reconcile` request whether a write took effect.
struct CallProbe: Sendable {
    let planned: PlannedStep
    let services: RunServices
    let evaluator: TemplateEvaluator
    let deadline: Duration?

    /// Whether the answer to the probe has what the criterion selects.
    func tookEffect(_ call: Call) async throws(RunFailure) -> Bool {
        let resolver = CallResolver(planned: planned, services: services, evaluator: evaluator)
        let probe = try await resolver.call(call.items, page: 0, pageRequest: .plain, ticket: 0)
        let runner = CallRunner(
            planned: planned,
            services: services,
            limiter: nil,
            sink: NoRecords(),
            turn: PageTurn(),
            pageLimit: .max,
            deadline: deadline
        )
        do throws(CallFailure) {
            return try await runner.perform(probe).facts.records > 0
        } catch {
            throw error.failure
        }
    }
}

/// Takes the records of a probe, which only their number matters of.
private final class NoRecords: RecordSink {
    func append(_ lines: consuming [UInt8], returningTo buffers: LineBuffers) {}
    var isBehind: Bool { false }
    func caughtUp() {}
    func enqueue(_ page: PageCommit) -> PendingCommit { PendingCommit(done: { true }) {} }
    func rollback() {}
    func intend(_ intent: CallIntent) {}
    func note(_ outcome: CallOutcome) {}
    func waitForDisk() {}
    func reject(_ lines: [UInt8]) {}
    func mark() -> RecordMark { RecordMark(bytes: 0, records: 0) }
    func rollback(to mark: RecordMark) {}
    func publish() -> PublishedFile { PublishedFile(name: "", bytes: 0, records: 0, sha256: "") }
    func abandon() {}
}
