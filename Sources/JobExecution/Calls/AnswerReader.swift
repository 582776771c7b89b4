import JSONBytes
import JobPlan
import JobSpec

/// Reads the answers to a step's calls: which status is a success, how a body is taken in, what it must hold.
struct AnswerReader: Sendable {
    let planned: PlannedStep
    let services: RunServices

    private var step: Step { planned.step }

    /// How the body of a success is read.
    var mode: PageReceiver.Mode {
        if step.request.method == .head { return .none }
        // The effect has happened whatever the answer looks like: it is kept as it is.
        if planned.isWrite { return .keep }
        return planned.streamingPath.map { .stream($0) } ?? .whole
    }

    /// Which statuses are a success.
    var isSuccess: @Sendable (Int) -> Bool {
        let codes = step.successCriteria.compactMap { if case .status(let codes) = $0 { codes } else { nil } }
        guard codes.isEmpty else { return { status in codes.allSatisfy { $0.contains(status) } } }
        let takesPart = takesPart
        return { (200...299).contains($0) && ($0 != 206 || takesPart) }
    }

    /// Whether 206 is as good as 200. It only answers a request with `Range` (RFC 9110 section 15.3.7): without one, a
    /// cache has given part of its copy, and the rest would be missing without a word. A write has had its effect.
    private var takesPart: Bool {
        planned.isWrite || step.request.headers.contains { HTTPFields.sameName($0.name, "Range") }
    }

    /// What an attempt brought.
    enum Reading {
        /// A success whose records are in its output, as far as they are not in the file.
        case page(PageFacts)
        /// Something that the retry table knows.
        case outcome(AttemptOutcome)
        /// A success, whatever the method, that this run can't use: another attempt would not change that.
        case unusable(RunFailure)
    }

    /// Reads the outcome of an attempt; for a success, checks that the body is whole.
    func read(_ attempt: Attempt) async -> Reading {
        if let error = attempt.error {
            guard case .receiver(let cause) = error else { return .outcome(.transport(error)) }
            return settled(cause, attempt) ?? read(cause, attempt)
        }
        guard let head = attempt.receiver.head else {
            return .outcome(.transport(.invalidAnswer(reason: "the answer has no head")))
        }
        guard isSuccess(head.status) else {
            if head.status == 206, !takesPart { return .unusable(.partial(attempt)) }
            // A 2xx that the job's own criteria exclude is as final as a refusal.
            let isExcluded = (200...299).contains(head.status)
            return .outcome(
                isExcluded
                    ? .response(status: 400, retryAfter: nil) : AttemptOutcome(head, wallNow: services.wallClock.now())
            )
        }
        do {
            let content = try attempt.receiver.finish(selector: planned.dataSelector)
            try check(content)
            return .page(facts(content, attempt))
        } catch {
            return read(error, attempt)
        }
    }

    /// The success of a write whose answer is too large to be kept: its status says that it took effect. Nothing where
    /// that is not so, or where the job wants to see in the answer that it is one.
    private func settled(_ cause: any Error, _ attempt: Attempt) -> Reading? {
        guard planned.isWrite, case .tooLarge(let limit)? = cause as? PageError else { return nil }
        let content = PageContent(records: 1, document: nil)
        do { try check(content) } catch { return nil }
        let size = "larger than \(limit >> 20) MiB"
        services.observe(.notice(step.id, "\(attempt.summary) took effect; its answer is \(size), so it is not kept"))
        return .page(facts(content, attempt))
    }

    private func facts(_ content: PageContent, _ attempt: Attempt) -> PageFacts {
        PageFacts(
            records: content.records,
            document: content.document,
            fields: attempt.fields,
            url: attempt.url ?? services.base,
            fingerprint: attempt.output.fingerprint
        )
    }

    /// What it means that this side could not take a success in.
    private func read(_ cause: any Error, _ attempt: Attempt) -> Reading {
        if let reason = OutcomeText.brokenBody(cause) { return .outcome(.brokenBody(reason: reason)) }
        return RunFailure(cause, of: attempt).map { .unusable($0) } ?? .outcome(.transport(.receiver(cause)))
    }

    /// The job's own criteria on the content of the answer.
    private func check(_ content: PageContent) throws {
        for case .jsonPath(let path) in step.successCriteria {
            guard let document = content.document else {
                throw RunFailure(
                    .protocolViolation,
                    "the answer holds no JSON: the criterion `\(path.value.source)` can't be judged",
                    help: ["compare the step's `success_criteria` with a real answer of the API"]
                )
            }
            guard try path.value.values(in: document).isEmpty else { continue }
            throw RunFailure(
                .criterionNotMet,
                "the answer doesn't meet the criterion `\(path.value.source)`",
                help: ["the criterion is one of the step's `success_criteria`"],
                span: path.span
            )
        }
    }
}
