import Diagnostics
import JSONBytes
import JobPlan
import JobSpec

/// Runs one step: every item, every page, in order into one file.
struct StepRunner: Sendable {
    let planned: PlannedStep
    let services: RunServices
    let evaluator: TemplateEvaluator

    private var step: Step { planned.step }

    /// What a step leaves behind.
    struct Outcome: Sendable {
        var report: StepReport
        var outputs: [String: JSONValue] = [:]
        var failure: RunFailure?
    }

    /// Runs the step. A failure is part of the outcome, so that the report is whole in any case.
    func run() async -> Outcome {
        let started = services.clock.now
        var progress = StepProgress(id: step.id)
        var outcome = Outcome(report: StepReport(id: step.id, state: .done))
        do throws(RunFailure) {
            outcome.outputs = try await runToEnd(&progress, started: started)
        } catch {
            var failure = error
            failure.step = failure.step ?? step.id
            outcome.failure = failure
            progress.report.state = .failed
            progress.report.reason = failure.message
        }
        outcome.report = progress.report
        outcome.report.duration = services.clock.now - started
        return outcome
    }

    private func runToEnd(_ progress: inout StepProgress, started: Duration) async throws(RunFailure) -> [String:
        JSONValue]
    {
        let items: StepItems
        do throws(Diagnostic) {
            items = try StepItems(step.forEach, evaluator: evaluator)
        } catch {
            throw RunFailure(error, step: step.id)
        }
        let file: any RecordSink
        do throws(SinkError) { file = try await services.sink.open(step.id) } catch { throw RunFailure(error) }
        do throws(RunFailure) {
            try await runItems(items, into: file, &progress, deadline: deadline(from: started))
            // Before the file appears: a step without its outputs has failed.
            let outputs = try progress.outputs(of: step)
            do throws(SinkError) {
                progress.report.file = try await file.publish()
            } catch {
                throw RunFailure(error)
            }
            return outputs
        } catch {
            await file.abandon()
            throw error
        }
    }

    private func deadline(from started: Duration) -> Duration? {
        let own = step.timeout.map { started + $0 }
        return [own, services.deadline].compactMap { $0 }.min()
    }

    private func runItems(
        _ items: StepItems,
        into file: any RecordSink,
        _ progress: inout StepProgress,
        deadline: Duration?
    ) async throws(RunFailure) {
        let limiter = step.rateLimit.map {
            RateLimiter(requests: $0.requests, per: $0.interval, clock: services.clock)
        }
        func window(_ source: CallSource) -> CallWindow {
            CallWindow(
                planned: planned,
                services: services,
                evaluator: evaluator,
                items: items,
                file: file,
                limiter: limiter,
                deadline: deadline,
                source: source
            )
        }
        guard case .singlePage = planned.paginator.kind else {
            for item in items.values.indices {
                let mark = file.mark()
                let before = progress
                var walk = window(
                    .pages(
                        item: item,
                        PageWalk(planned.paginator, origin: services.base.origin),
                        landed: 0,
                        launched: 0
                    )
                )
                do throws(RunFailure) {
                    try await walk.run(&progress)
                } catch {
                    try await skip(error, item: item, &progress)
                    do throws(SinkError) { try file.rollback(to: mark) } catch { throw RunFailure(error) }
                    progress.takeBack(to: before)
                }
            }
            return
        }
        var calls = window(.items(next: 0, count: items.values.count))
        try await calls.run(&progress)
    }

    /// Leaves a broken item out where the job says so, and ends the step otherwise.
    private func skip(_ failure: RunFailure, item: Int, _ progress: inout StepProgress) async throws(RunFailure) {
        guard step.onError == .skip, failure.concernsItemOnly else { throw failure }
        progress.report.skippedItems += 1
        do throws(SinkError) {
            try await services.report(.itemSkipped(step.id, item: item, reason: failure.message))
        } catch {
            throw RunFailure(error)
        }
    }
}

extension RunFailure {
    /// Whether another item may well go through: the run itself is not in trouble.
    var concernsItemOnly: Bool {
        switch kind {
        case .refused, .protocolViolation, .template, .limit: true
        // The scope was granted, so it is this item that this client may not see.
        case .notAuthorized: status == 403
        // An answer to this very request; 502, 503 and 504 speak of the service.
        case .unavailable: status.map { $0 == 500 || $0 > 504 } ?? false
        default: false
        }
    }
}

extension RunFailure {
    /// Whether the next step may well go through.
    var concernsStepOnly: Bool { concernsItemOnly || kind == .unavailable || kind == .outOfTime }
}

/// What a step has done so far.
struct StepProgress: Sendable {
    var report: StepReport
    /// The last answer, for the step's outputs.
    var lastDocument: JSONValue?

    init(id: StepID) { report = StepReport(id: id, state: .done) }

    /// Forgets what an item that is left out brought; what it cost stays counted.
    mutating func takeBack(to before: StepProgress) {
        report.records = before.report.records
        report.pages = before.report.pages
        lastDocument = before.lastDocument
    }

    /// The step's outputs: the value where the path can select only one, else the list of all.
    func outputs(of step: Step) throws(RunFailure) -> [String: JSONValue] {
        var outputs: [String: JSONValue] = [:]
        for output in step.outputs {
            let document = lastDocument ?? .null
            do throws(JSONPathError) {
                let values = try output.path.values(in: document)
                outputs[output.name] = output.path.isSingular ? values.first ?? .null : .array(values)
            } catch {
                throw RunFailure(.limit, "output `\(output.name)`: \(error.message)", span: output.nameSpan)
            }
        }
        return outputs
    }
}
