import Diagnostics
import JSONBytes
import JobPlan
import JobSpec

/// Runs one step: every item, every page, in order into one file.
struct StepRunner: Sendable {
    let planned: PlannedStep
    let services: RunServices
    let evaluator: TemplateEvaluator
    /// Where the step stood when its run was interrupted; nothing in a new run.
    let begun: ResumePoint.BegunStep?

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
        var progress = StepProgress(step, begun)
        var failure: RunFailure?
        do throws(RunFailure) {
            try await runToEnd(&progress, started: started)
        } catch {
            failure = error
            failure?.step = error.step ?? step.id
            progress.report.state = .failed
            progress.report.reason = error.message
        }
        progress.report.duration = services.clock.now - started
        return Outcome(report: progress.report, outputs: progress.outputs, failure: failure)
    }

    private func runToEnd(_ progress: inout StepProgress, started: Duration) async throws(RunFailure) {
        let input: StepInput
        do throws(Diagnostic) {
            input = try StepInput(step.forEach, evaluator: evaluator) { services.sink.publishedFile(of: $0) }
        } catch {
            throw RunFailure(error, step: step.id)
        }
        try await checkInput(input)
        if let begun {
            let check = UnknownCallCheck(planned: planned, services: services, evaluator: evaluator)
            try await check.run(begun) { () throws(RunFailure) in try feed(input) }
        }
        let file: any RecordSink
        do throws(SinkError) { file = try await services.sink.open(step.id) } catch { throw RunFailure(error) }
        do throws(RunFailure) {
            try await runItems(input, into: file, &progress, deadline: deadline(from: started))
            try progress.checkFailures(step, isEnd: true)
            do throws(SinkError) {
                progress.report.file = try await file.publish()
            } catch {
                throw RunFailure(error)
            }
        } catch {
            await file.abandon()
            throw error
        }
    }

    /// Notes which input this is; a resume on another one is refused. The records of an earlier step of the same run
    /// can't change, nor can items that the plan has; a file of the job's own can, and what templates yield.
    private func checkInput(_ input: StepInput) async throws(RunFailure) {
        switch input {
        case .single, .records: return
        case .list(let items):
            guard step.forEach?.strings.contains(where: { !$0.expressions.isEmpty }) == true else { return }
            try await compare(services.sink.digest(ofItems: items))
        case .csv(_, let path), .ndjson(_, let path):
            let digest: InputDigest
            do throws(SinkError) {
                digest = try await services.sink.digest(ofInput: path)
            } catch {
                throw RunFailure(error, step: step.id)
            }
            try await compare(digest)
            // A bad row must be found before the rows above it are sent: afterwards the file can't be mended and resumed.
            if planned.isWrite, begun?.hasSent != true { try readThrough(input) }
        }
    }

    /// Reads the whole input once, in flat memory.
    private func readThrough(_ input: StepInput) throws(RunFailure) {
        do throws(InputError) {
            var feed = try ItemFeed(input, batchSize: step.batchSize)
            while try feed.next() != nil {}
        } catch {
            throw RunFailure(error, step: step.id)
        }
    }

    private func compare(_ digest: InputDigest) async throws(RunFailure) {
        guard let before = begun?.input else {
            do throws(SinkError) {
                try await services.report(.inputOpened(step.id, digest))
            } catch {
                throw RunFailure(error, step: step.id)
            }
            return
        }
        guard before.sha256 != digest.sha256 else { return }
        guard let path = digest.path else {
            throw RunFailure(
                .input,
                "`for_each` yields other items than when the run began",
                step: step.id,
                help: ["bring back what its expressions refer to, or start a new run"],
                span: step.forEach?.span
            )
        }
        throw RunFailure(
            .input,
            "\(path) has changed since the run began: it had \(before.bytes) bytes, now \(digest.bytes)",
            step: step.id,
            help: ["put the file back as it was, or start a new run"]
        )
    }

    private func deadline(from started: Duration) -> Duration? {
        let own = step.timeout.map { started + $0 }
        return [own, services.deadline].compactMap { $0 }.min()
    }

    private func runItems(
        _ input: StepInput,
        into file: any RecordSink,
        _ progress: inout StepProgress,
        deadline: Duration?
    ) async throws(RunFailure) {
        let limiter = step.rateLimit.map {
            RateLimiter(requests: $0.requests, per: $0.interval, clock: services.clock)
        }
        func window(_ source: CallSource, itemStart: ItemStart? = nil) -> CallWindow {
            CallWindow(
                planned: planned,
                services: services,
                evaluator: evaluator,
                file: file,
                limiter: limiter,
                deadline: deadline,
                known: begun?.calls ?? [:],
                itemStart: itemStart,
                source: source
            )
        }
        var feed = try feed(input)
        progress.goOn(after: feed.passedItems)
        guard case .singlePage = planned.paginator.kind else {
            while let items = try feed.next(of: step.id) {
                let begunPage = begun?.lastPage.flatMap { $0.item == items.call ? $0 : nil }
                let start = itemStart(begunPage, file, progress)
                let pagesBefore = progress.report.pages - (begunPage.map { $0.page + 1 } ?? 0)
                var walk = window(try pages(of: items), itemStart: start)
                do throws(RunFailure) {
                    try await walk.run(&progress)
                } catch {
                    guard let start, error.concernsItemOnly else { throw error }
                    do throws(SinkError) { try file.rollback(to: start.mark) } catch { throw RunFailure(error) }
                    progress.takeBack(to: start, pages: pagesBefore)
                    try await walk.leaveOut(items, error, &progress)
                }
            }
            return
        }
        var calls = window(.items(feed))
        try await calls.run(&progress)
    }

    /// What to go back to where the item is to be left out; nothing where it can't be: the job doesn't say so, or the
    /// journal of an older version doesn't say where the item began.
    private func itemStart(
        _ begunPage: PageCommit?,
        _ file: any RecordSink,
        _ progress: StepProgress
    ) -> ItemStart? {
        guard step.onError == .skip else { return nil }
        if let begunPage { return begunPage.itemStart }
        return ItemStart(mark: file.mark(), outputs: progress.outputs)
    }

    /// The step's items, from where an interrupted run stopped.
    private func feed(_ input: StepInput) throws(RunFailure) -> ItemFeed {
        do throws(InputError) {
            var feed = try ItemFeed(input, batchSize: step.batchSize)
            if let page = begun?.lastPage {
                // A position says that the item has more pages.
                try feed.skip(calls: page.position == .null ? page.item + 1 : page.item)
            }
            return feed
        } catch {
            throw RunFailure(error, step: step.id)
        }
    }

    /// The pages of an item, from where an interrupted run stopped.
    private func pages(of items: CallItems) throws(RunFailure) -> CallSource {
        guard let page = begun?.lastPage, page.item == items.call, page.position != .null else {
            return .pages(items, PageWalk(planned.paginator, origin: services.base.origin))
        }
        let walk = PageWalk(
            planned.paginator,
            resumingAt: page.position,
            landed: page.page + 1,
            origin: services.base.origin
        )
        guard let walk else {
            throw RunFailure(
                .configuration,
                "the journal's position in the pages is not one of this paginator",
                step: step.id,
                help: ["start a new run"]
            )
        }
        return .pages(items, walk, from: page.page + 1)
    }
}

extension RunFailure {
    /// An input that can't be read as what it should be.
    init(_ error: InputError, step: StepID) {
        let place = [error.path] + (error.line > 0 ? ["\(error.line)"] : []) + (error.column.map { ["\($0)"] } ?? [])
        let kind: Kind =
            switch error.kind {
            case .unavailable: .input
            case .readFailed: .io
            case .invalid: .invalidInput
            }
        self.init(
            kind,
            "\(place.joined(separator: ":")): \(error.message)",
            step: step,
            help: error.help.map { [$0] } ?? []
        )
    }

    /// Whether another item may well go through: the run itself is not in trouble.
    var concernsItemOnly: Bool {
        switch kind {
        case .refused, .criterionNotMet, .protocolViolation, .template, .limit: true
        // The scope was granted, so it is this item that this client may not see.
        case .notAuthorized: status == 403
        // An answer to this very request; 502, 503 and 504 speak of the service.
        case .unavailable: status.map { $0 == 500 || $0 > 504 } ?? false
        default: false
        }
    }

    /// Whether the next step may well go through.
    var concernsStepOnly: Bool { concernsItemOnly || kind == .unavailable || kind == .outOfTime }
}
