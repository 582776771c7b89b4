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
        let evaluator = try await evaluator(of: items)
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

    /// What the call of those items is called in the journal.
    func key(of items: CallItems) async throws(RunFailure) -> String {
        let evaluator = try await evaluator(of: items)
        do throws(Diagnostic) { return try key(items, evaluator) } catch { throw RunFailure(error, step: step.id) }
    }

    /// What a call without an idempotency key is called.
    static func place(of call: Int, in step: StepID) -> String { "\(step)#\(call)" }

    /// Knows the items and the token's members.
    private func evaluator(of items: CallItems) async throws(RunFailure) -> TemplateEvaluator {
        var evaluator = evaluator
        items.enter(&evaluator.context)
        let token: AccessToken
        do throws(TokenError) {
            token = try await services.tokens.token(planned.token)
        } catch {
            throw RunFailure(error, wallClock: services.wallClock)
        }
        evaluator.context.token = { token.member($0) }
        return evaluator
    }

    /// The same at every attempt, and after a resume as long as what its template refers to is the same.
    private func key(_ items: CallItems, _ evaluator: TemplateEvaluator) throws(Diagnostic) -> String {
        guard let declared = step.idempotencyKey else { return Self.place(of: items.call, in: step.id) }
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
