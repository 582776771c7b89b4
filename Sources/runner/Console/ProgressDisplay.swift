import Glibc
import JobExecution
import JobSpec
import Synchronization

/// Shows what happens: one live line on a terminal, plain lines elsewhere.
final class ProgressDisplay: Sendable {
    private struct State {
        var records = 0
        var total: Int?
        var isLineOpen = false
        var lastDraw: ContinuousClock.Instant?
    }

    private static let interval = Duration.milliseconds(100)
    private let console: Console
    private let isQuiet: Bool
    private let state = Mutex(State())

    init(console: Console, isQuiet: Bool) {
        self.console = console
        self.isQuiet = isQuiet
    }

    func show(_ event: RunEvent) {
        switch event {
        case .pageCommitted(let step, let page, let total): draw(step, page, total)
        case .stepStarted:
            state.withLock { state in
                state.records = 0
                state.total = nil
            }
        default:
            guard let (line, style) = line(for: event) else { return }
            // What went wrong on the way is worth a line even in quiet runs.
            if isQuiet, !isWarning(event) { return }
            clear()
            let shown = console.harmless(line)
            console.say(style.map { console.styled(shown, $0) } ?? shown)
        }
    }

    /// Removes the live line, before something else is written.
    func clear() {
        let wasOpen = state.withLock { state in
            defer { state.isLineOpen = false }
            return state.isLineOpen
        }
        if wasOpen { console.raw("\r\u{1B}[K") }
    }

    private func draw(_ step: StepID, _ page: PageCommit, _ total: Int?) {
        let line: String? = state.withLock { state in
            state.records += page.records
            state.total = total ?? state.total
            guard console.isTerminal, !isQuiet else { return nil }
            let now = ContinuousClock.now
            if let last = state.lastDraw, now - last < Self.interval { return nil }
            state.lastDraw = now
            state.isLineOpen = true
            let goal = state.total.map { " of \(Quantities.grouped($0))" } ?? ""
            return "\r\u{1B}[K  \(step)  \(Quantities.grouped(state.records))\(goal) records"
        }
        if let line { console.raw(line) }
    }

    private func isWarning(_ event: RunEvent) -> Bool {
        switch event {
        case .notice, .itemSkipped, .stepFailed: true
        default: false
        }
    }

    /// What an event is worth saying, raw: an API, a file or a token may have had a hand in it.
    private func line(for event: RunEvent) -> (text: String, style: Console.Style?)? {
        switch event {
        case .tokenGranted(let token, let scopes):
            ("  \(token)  granted \(scopes.map(\.name).joined(separator: " "))", nil)
        case .retrying(let step, let request, let attempt, let reason, let delay):
            (
                "  \(step?.name ?? "token")  attempt \(attempt) failed: \(reason); again in \(Quantities.seconds(delay)) (\(request))",
                .dim
            )
        case .tokenRefused(let step, let token, let status):
            ("  \(step)  HTTP \(status) for token \(token): fetching a fresh one", .dim)
        case .notice(let step, let text): ("  \(step)  note: \(text)", .yellow)
        case .itemSkipped(let step, let item, let count, let reason):
            (
                "  \(step)  \(count == 1 ? "item \(item + 1)" : "items \(item + 1) to \(item + count)") left out: \(reason)",
                .yellow
            )
        case .stepSkipped(let step, let reason): ("  \(step)  skipped: \(reason)", nil)
        case .stepFailed(let step, let reason): ("  \(step)  failed: \(reason)", .red)
        case .stepFinished(let report, _): (finished(report), nil)
        case .stepResumed(let step, let records):
            ("  \(step)  going on after \(Quantities.count(records, "record"))", nil)
        case .inputOpened, .stepStarted, .pageCommitted: nil
        }
    }

    private func finished(_ report: StepReport) -> String {
        var parts = [Quantities.count(report.records, "record"), Quantities.count(report.pages, "page")]
        if report.attempts > report.calls {
            parts.append(Quantities.count(report.attempts - report.calls, "repeated request"))
        }
        if report.skippedItems > 0 { parts.append("\(Quantities.count(report.skippedItems, "item")) left out") }
        parts.append(Quantities.seconds(report.duration))
        return "  \(report.id)  " + parts.joined(separator: ", ")
    }
}
