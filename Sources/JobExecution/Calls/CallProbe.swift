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
        let findings = ProbeFindings()
        let runner = CallRunner(
            planned: planned,
            services: services,
            limiter: nil,
            sink: findings,
            turn: PageTurn(),
            pageLimit: .max,
            deadline: deadline
        )
        let answer: CallAnswer
        do throws(CallFailure) { answer = try await runner.perform(probe) } catch { throw error.failure }
        do throws(SinkError) { try answer.output?.flush() } catch { throw RunFailure(error) }
        return findings.hasSomething
    }
}
