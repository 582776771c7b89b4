import Diagnostics
import JobPlan
import JobSpec

/// Resolves a step's request for one call: its items, its token's members, its idempotency key.
struct CallResolver: Sendable {
    let planned: PlannedStep
    let services: RunServices
    let evaluator: TemplateEvaluator

    private var step: Step { planned.step }

    func call(
        _ items: CallItems,
        page: Int,
        pageRequest: PageRequest,
        ticket: Int
    ) async throws(RunFailure) -> Call {
        var evaluator = evaluator
        items.enter(&evaluator.context)
        let token: AccessToken
        do throws(TokenError) {
            token = try await services.tokens.token(planned.token)
        } catch {
            throw RunFailure(error, wallClock: services.wallClock)
        }
        evaluator.context.token = { token.member($0) }
        do throws(Diagnostic) {
            var request = try RequestResolver(base: services.base)
                .request(step.request, evaluator: evaluator, page: pageRequest)
            let key = try key(items, evaluator)
            if let declared = step.idempotencyKey { request.fields.set(declared.header, key) }
            return Call(ticket: ticket, items: items, page: page, request: request, key: key)
        } catch {
            throw RunFailure(error, step: step.id)
        }
    }

    /// The same at every attempt and after a resume: it depends on the run, the step and the input alone.
    private func key(_ items: CallItems, _ evaluator: TemplateEvaluator) throws(Diagnostic) -> String {
        guard let declared = step.idempotencyKey else { return "\(step.id)#\(items.call)" }
        guard let template = declared.value else { return "\(services.runID)/\(step.id)/\(items.call)" }
        let key = try evaluator.text(template)
        guard !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .error(
                "bad-idempotency-key",
                "the idempotency key is empty or holds characters that no header field takes",
                at: template.span,
                help: "build it from letters, digits and punctuation"
            )
        }
        return key
    }
}
