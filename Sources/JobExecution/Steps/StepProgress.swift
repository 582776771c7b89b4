import Diagnostics
import JSONBytes
import JobSpec

/// What a step has done so far.
struct StepProgress: Sendable {
    /// A percentage of a handful of items says nothing.
    private static let leastForPercentage = 100

    var report: StepReport
    /// As of the last page.
    private(set) var outputs: [String: JSONValue] = [:]
    /// Items that came to their end, each counted once.
    private var handledItems = 0

    init(_ step: Step, _ begun: ResumePoint.BegunStep?) {
        report = StepReport(id: step.id, state: .done)
        for output in step.outputs { outputs[output.name] = .null }
        guard let begun else { return }
        report.records = begun.mark.records
        report.pages = begun.pages
        report.skippedItems = begun.skippedItems
        outputs.merge(begun.lastPage?.outputs ?? [:]) { _, last in last }
    }

    /// Those of the input that an interrupted run was done with, left out or not.
    mutating func goOn(after items: Int) { handledItems = max(items, report.skippedItems) }

    /// A page is committed.
    ///
    /// - Parameter items: how many items are done with it; none where the page's item has more pages.
    mutating func add(_ page: PageCommit, items: Int) {
        report.pages += 1
        report.records += page.records
        outputs = page.outputs
        handledItems += items
    }

    /// Forgets what an item that is left out brought; what it cost stays counted.
    ///
    /// - Parameter pages: how many there were before the item.
    mutating func takeBack(to start: ItemStart, pages: Int) {
        report.records = start.mark.records
        report.pages = pages
        outputs = start.outputs
    }

    /// Items are left out.
    mutating func skip(_ count: Int) {
        report.skippedItems += count
        handledItems += count
    }

    /// Ends the step where more items failed than the job allows.
    func checkFailures(_ step: Step, isEnd: Bool = false) throws(RunFailure) {
        guard report.skippedItems > 0, let limit = step.maxFailures else { return }
        let isOver =
            switch limit {
            case .count(let count): report.skippedItems > count
            case .percentage(let percentage):
                (isEnd || handledItems >= Self.leastForPercentage)
                    && Double(report.skippedItems) * 100 > percentage * Double(handledItems)
            }
        guard isOver else { return }
        throw RunFailure(
            .refused,
            "\(report.skippedItems) of \(handledItems) items failed, more than `max_failures: \(limit)` allows",
            help: ["look at \(step.id).rejects.ndjson.partial in the run's folder for the reasons"]
        )
    }
}
