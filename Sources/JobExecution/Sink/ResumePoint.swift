package import JSONBytes
package import JobSpec

/// Where an interrupted run stands, read from its journal: what is done is not done again.
package struct ResumePoint: Sendable {
    /// Steps that ended, with what they reported and their outputs.
    package var finished: [StepID: FinishedStep] = [:]
    /// Steps that had begun and not ended.
    package var begun: [StepID: BegunStep] = [:]

    package init() {}

    /// Whether no step had begun.
    package var isEmpty: Bool { finished.isEmpty && begun.isEmpty }

    /// A step that ended.
    package struct FinishedStep: Sendable {
        package let report: StepReport
        package let outputs: [String: JSONValue]

        package init(report: StepReport, outputs: [String: JSONValue]) {
            self.report = report
            self.outputs = outputs
        }
    }

    /// A step that had begun: its file is cut back to the last commit when it is opened again.
    package struct BegunStep: Sendable {
        /// The last committed page; nothing where none was.
        package var lastPage: PageCommit?
        /// What is in the file.
        package var mark = RecordMark(bytes: 0, records: 0)
        package var pages = 0
        package var skippedItems = 0
        package var input: InputDigest?
        /// Writes that were begun, by position: the last that is known of each. One without an outcome is `unknown`.
        package var calls: [Int: CallOutcome] = [:]

        package init() {}

        /// Whether a write was sent, or may have been.
        var hasSent: Bool { lastPage != nil || !calls.isEmpty }
    }
}
