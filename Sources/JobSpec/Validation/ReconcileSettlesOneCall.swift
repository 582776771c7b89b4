import Diagnostics
import JSONBytes

/// `reconcile` is a read that tells about one write, of a kind that may be left unknown.
struct ReconcileSettlesOneCall: JobValidator {
    func validate(_ job: Job, _ problems: Problems) {
        for step in job.steps {
            guard let reconcile = step.reconcile else { continue }
            if !problems.hasError(within: step.request.span), step.request.method.isIdempotent {
                problems.error(
                    "reconcile-not-needed",
                    "a \(step.request.method.rawValue) may be sent twice: no outcome of it needs `reconcile`",
                    at: reconcile.span,
                    help: "leave it out: it is for `POST` and `PATCH`"
                )
            }
            if let key = step.idempotencyKey {
                var diagnostic = Diagnostic.warning(
                    "reconcile-not-used",
                    "`reconcile` has nothing to settle: a call with an `idempotency_key` is sent again under its key",
                    at: reconcile.span,
                    help: "keep one of them"
                )
                diagnostic.related = [.init(span: key.span, label: "the key")]
                problems.report(diagnostic)
            }
            if !problems.hasError(within: reconcile.request.span) { check(reconcile, of: step, problems) }
            if reconcile.found.value.source == "$" {
                problems.error(
                    "found-in-every-answer",
                    "`$` is there in every answer: each write would count as done",
                    at: reconcile.found.span,
                    help: "name what only the write leaves behind: `$.repayments[*]`"
                )
            }
        }
    }

    private func check(_ reconcile: Reconcile, of step: Step, _ problems: Problems) {
        let request = reconcile.request
        if request.method != .get {
            problems.error(
                "reconcile-not-a-read",
                request.method == .head
                    ? "the answer to HEAD has no body for `found` to look into"
                    : "`reconcile` only asks: a \(request.method.rawValue) could change something",
                at: request.methodSpan.firstLine,
                help: "use `method: GET`"
            )
        }
        let references = request.strings.flatMap(\.expressions).flatMap(\.references)
        guard step.hasManyCalls, !references.contains(where: { $0.root == "item" || $0.root == "batch" }) else {
            return
        }
        let root = step.itemRoot
        problems.error(
            "same-reconcile",
            "`reconcile` would ask the same for every call of `\(step.id)`",
            at: request.span.firstLine,
            help: "use `\(root)` to ask for the one: `${{ \(root == "item" ? "item.id" : "batch[0].id") }}`"
        )
    }
}
