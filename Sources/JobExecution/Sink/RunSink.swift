package import JSONBytes
package import JobSpec

/// Where a run's results go. The executor is given one and can await its durability; JobResults provides it.
package protocol RunSink: Sendable {
    /// Opens the file of a step's records. Nothing appears under its final name before ``RecordSink/publish()``.
    func open(_ step: StepID) async throws(SinkError) -> any RecordSink

    /// The file of a step that has ended, for a later step that reads its records; nothing where it has none.
    func publishedFile(of step: StepID) -> String?

    /// Reads a file once to tell later whether it is still the same.
    func digest(ofInput path: String) async throws(SinkError) -> InputDigest

    /// The same for a list of items.
    func digest(ofItems items: [JSONValue]) -> InputDigest

    /// Notes what happened, before the run goes on: the journal of the run.
    func record(_ entry: RunEvent) async throws(SinkError)
}

/// The records of one step, on their way to its file. One caller at a time, in order.
///
/// Lines and commits are taken in at once and come to pass in the background, in their order; everything else waits for
/// what came before it.
package protocol RecordSink: AnyObject, Sendable {
    /// Appends whole lines, perhaps on the transport's thread. They count only once they are committed. The buffer goes to
    /// `buffers` when it has been written.
    ///
    /// - Throws: what has failed before.
    func append(_ lines: consuming [UInt8], returningTo buffers: LineBuffers) throws(SinkError)

    /// Whether so much waits to be written that no more should be appended before ``caughtUp()``.
    var isBehind: Bool { get }

    /// Returns once there is room for more lines, at once where ``isBehind`` is false.
    func caughtUp() async

    /// Everything appended so far stays: a page is whole.
    func enqueue(_ page: PageCommit) -> PendingCommit

    /// Drops everything appended since the last commit, as if it had never come.
    func rollback() throws(SinkError)

    /// Notes that a write is about to be sent, and returns once that is on the disk. Concurrent callers share the wait.
    func intend(_ intent: CallIntent) async throws(SinkError)

    /// Notes how a write ended. It is on the disk once ``waitForDisk()`` returns, or an ``intend(_:)`` after it.
    func note(_ outcome: CallOutcome) throws(SinkError)

    /// Returns once the outcomes noted so far are on the disk. Concurrent callers share the wait, also with those of
    /// ``intend(_:)``.
    func waitForDisk() async throws(SinkError)

    /// Adds lines to `<step>.rejects.ndjson`, which is published with the step's file. They count with the next commit.
    func reject(_ lines: [UInt8]) throws(SinkError)

    /// The point reached by the last commit, to come back to.
    func mark() -> RecordMark

    /// Drops everything after `mark`, committed or not: a broken item leaves no record behind. A mark that the last
    /// committed page names as its item's start will do as well, so that an item can be left out that an interrupted run
    /// had begun.
    func rollback(to mark: RecordMark) throws(SinkError)

    /// Makes the file durable and gives it its final name, whole.
    func publish() async throws(SinkError) -> PublishedFile

    /// Closes the file without publishing it.
    func abandon() async
}

extension RecordSink {
    /// Everything appended so far stays, and has come to pass on return.
    package func commit(_ page: PageCommit) async throws(SinkError) { try await enqueue(page).wait() }

    /// Notes how a write ended, and returns once that is on the disk.
    package func settle(_ outcome: CallOutcome) async throws(SinkError) {
        try note(outcome)
        try await waitForDisk()
    }
}

/// A page whose records are all there.
package struct PageCommit: Hashable, Sendable {
    /// The position of the item in `for_each`; 0 without one.
    package let item: Int
    /// The position of the page within the item, from 0.
    package let page: Int
    package let records: Int
    /// Where the paginator stands after this page, in its own form: a resume goes on from here. Null where there is
    /// nothing to go on with: the item is done.
    package let position: JSONValue
    /// The step's outputs as of this page; empty where it declares none.
    package let outputs: [String: JSONValue]
    /// Where the page's item began, while it has more pages and may yet be left out.
    package let itemStart: ItemStart?

    package init(
        item: Int,
        page: Int,
        records: Int,
        position: JSONValue = .null,
        outputs: [String: JSONValue] = [:],
        itemStart: ItemStart? = nil
    ) {
        self.item = item
        self.page = page
        self.records = records
        self.position = position
        self.outputs = outputs
        self.itemStart = itemStart
    }
}

/// What there was before an item's first page: what a step goes back to when it leaves the item out.
package struct ItemStart: Hashable, Sendable {
    package let mark: RecordMark
    /// The step's outputs as of then.
    package let outputs: [String: JSONValue]

    package init(mark: RecordMark, outputs: [String: JSONValue]) {
        self.mark = mark
        self.outputs = outputs
    }
}

/// How much of a step's file is committed.
package struct RecordMark: Hashable, Sendable {
    package let bytes: Int
    package let records: Int

    package init(bytes: Int, records: Int) {
        self.bytes = bytes
        self.records = records
    }
}

/// A file under its final name.
package struct PublishedFile: Hashable, Sendable {
    /// Relative to the run's folder.
    package let name: String
    package let bytes: Int
    package let records: Int
    /// Lower-case hexadecimal.
    package let sha256: String

    package init(name: String, bytes: Int, records: Int, sha256: String) {
        self.name = name
        self.bytes = bytes
        self.records = records
        self.sha256 = sha256
    }
}

/// Why results could not be kept.
package struct SinkError: Error, Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// A file or folder could not be made: exit status 73.
        case cannotCreate
        /// A file or run that is to be read isn't there, or isn't what it should be: exit status 66.
        case input
        /// Writing, syncing or renaming failed, the disk being full among the reasons: exit status 74.
        case io
        /// The reader of `--stdout` has gone: the run ends quietly.
        case closedPipe
        /// Another run of the same job holds its lock: exit status 75.
        case locked
        /// An earlier run of the same job stands in the middle of its writes: exit status 79.
        case unfinishedWrites
    }

    package let kind: Kind
    /// What failed, on which path, and why: plain English.
    package let message: String
    /// What to do about it.
    package let help: String?

    package init(_ kind: Kind, _ message: String, help: String? = nil) {
        self.kind = kind
        self.message = message
        self.help = help
    }
}
