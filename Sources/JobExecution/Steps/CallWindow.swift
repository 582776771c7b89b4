import JobPlan
import JobSpec

/// Keeps up to `concurrency` calls of a step in flight, and lets their records into the file in order.
struct CallWindow: Sendable {
    let planned: PlannedStep
    let services: RunServices
    let evaluator: TemplateEvaluator
    let file: any RecordSink
    let limiter: RateLimiter?
    let deadline: Duration?
    /// Writes that were begun before the run was interrupted.
    let known: [Int: CallOutcome]
    /// Where the item of these pages began, if it may be left out.
    let itemStart: ItemStart?
    var source: CallSource

    var step: Step { planned.step }

    /// Runs until the source has no more calls. A relaunch begins a new wave: what was under way is dropped.
    mutating func run(_ progress: inout StepProgress) async throws(RunFailure) {
        while try await wave(&progress) {}
    }

    /// What is under way, and what has come back before its turn.
    struct Flight {
        var seats: [Seat] = []
        var back: [Int: CallLanding] = [:]
        /// Writes that were answered and wait for the disk or for their turn.
        var answered: Set<Int> = []
        var nextTicket = 0
        /// Those of the last pages, which the next one need not wait for: the file keeps their order.
        var commits: [UnfinishedCommit] = []

        /// Whether one more can be launched. A write that was answered makes room for the next one, whose intent then shares
        /// the wait for the disk; one at a time, a write has landed before the next one is thought of.
        func hasRoom(_ concurrency: Int) -> Bool {
            if concurrency == 1 { return seats.isEmpty }
            return seats.count - answered.count < concurrency && seats.count < 2 * concurrency
        }
    }

    /// A page on its way to the disk, and what is to be said of it then.
    struct UnfinishedCommit {
        let page: PageCommit
        let items: Int
        let total: Int?
        let pending: PendingCommit
    }

    /// The place of a call in the order of its step.
    struct Seat {
        let ticket: Int
        let request: CallSource.Request
    }

    /// What a landed call means for those after it.
    enum Course {
        case goOn
        /// Calls under way were asked for at the wrong place.
        case relaunch
        /// There is nothing after it: what is under way was asked for on a promise that did not hold.
        case end
    }

    /// - Returns: whether another wave is needed.
    private mutating func wave(_ progress: inout StepProgress) async throws(RunFailure) -> Bool {
        var window = self
        var counted = progress
        defer {
            self = window
            progress = counted
        }
        let result = await withTaskGroup(of: CallNews.self) { group -> Result<Bool, RunFailure> in
            do throws(RunFailure) {
                let again = try await window.fly(&group, &counted)
                group.cancelAll()
                return .success(again)
            } catch {
                group.cancelAll()
                return .failure(error)
            }
        }
        return try result.get()
    }

    private mutating func fly(
        _ group: inout TaskGroup<CallNews>,
        _ progress: inout StepProgress
    ) async throws(RunFailure) -> Bool {
        var flight = Flight()
        do throws(RunFailure) {
            let again = try await fly(&flight, &group, &progress)
            try await finishCommits(&flight, &progress)
            return again
        } catch {
            // The pages before count all the same.
            do throws(RunFailure) { try await finishCommits(&flight, &progress) } catch {}
            throw error
        }
    }

    private mutating func fly(
        _ flight: inout Flight,
        _ group: inout TaskGroup<CallNews>,
        _ progress: inout StepProgress
    ) async throws(RunFailure) -> Bool {
        let turn = PageTurn()
        let runner = runner(turn)
        let writer = WriteRunner(calls: runner, probe: probe, known: known)
        while true {
            // A stopped run launches nothing more, but takes in what is under way.
            while !Task.isCancelled, flight.hasRoom(step.concurrency), let request = try launch() {
                let seat = Seat(ticket: flight.nextTicket, request: request)
                flight.nextTicket += 1
                flight.seats.append(seat)
                switch await resolved(seat) {
                case .success(let call):
                    let isWrite = planned.isWrite
                    group.addTask { isWrite ? await writer.news(of: call) : .landed(await runner.landing(of: call)) }
                // It fails when its turn comes, after the calls before it: as it would one at a time.
                case .failure(let failure): flight.back[seat.ticket] = CallLanding(unsent: seat.ticket, failure)
                }
            }
            guard let oldest = flight.seats.first else {
                if Task.isCancelled { throw RunFailure(.cancelled, "the run was stopped") }
                return false
            }
            guard let landing = flight.back.removeValue(forKey: oldest.ticket) else {
                switch await group.next() {
                case .landed(let landing): flight.back[landing.ticket] = landing
                case .answered(let ticket, let rest):
                    flight.answered.insert(ticket)
                    group.addTask { .landed(await rest()) }
                case nil: throw RunFailure(.cancelled, "a call of the step never came back")
                }
                continue
            }
            flight.seats.removeFirst()
            flight.answered.remove(oldest.ticket)
            try await finishCommits(&flight, &progress, leaving: Self.mostUnfinished)
            switch try await land(oldest.request, landing.result, &flight, &progress) {
            case .goOn: turn.pass()
            case .relaunch: return true
            case .end: return false
            }
        }
    }

    private func resolved(_ seat: Seat) async -> Result<Call, RunFailure> {
        let resolver = CallResolver(planned: planned, services: services, evaluator: evaluator)
        let request = seat.request
        do throws(RunFailure) {
            let call = try await resolver.call(
                request.items,
                page: request.page,
                pageRequest: request.pageRequest,
                ticket: seat.ticket
            )
            return .success(call)
        } catch {
            return .failure(error)
        }
    }

    private func runner(_ turn: PageTurn) -> CallRunner {
        CallRunner(
            planned: planned,
            services: services,
            limiter: limiter,
            sink: file,
            turn: turn,
            pageLimit: max(services.windowBytes / step.concurrency, 256 << 10),
            deadline: deadline
        )
    }

    private var probe: CallProbe? {
        planned.probe.map { CallProbe(planned: $0, services: services, evaluator: evaluator, deadline: deadline) }
    }

    private mutating func launch() throws(RunFailure) -> CallSource.Request? {
        do throws(InputError) { return try source.launch() } catch { throw RunFailure(error, step: step.id) }
    }
}
