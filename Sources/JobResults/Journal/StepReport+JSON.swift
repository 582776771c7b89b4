import JSONBytes
import JobExecution
import JobSpec

extension PublishedFile {
    /// Reads the members `file`, `bytes`, `sha256` and `records`; nothing where one is missing or of another kind.
    init?(_ json: JSONValue) {
        guard let name = json["file"]?.text, let bytes = json.count("bytes"), let records = json.count("records"),
            let sha256 = json["sha256"]?.text
        else { return nil }
        self.init(name: name, bytes: bytes, records: records, sha256: sha256)
    }
}

extension StepReport {
    /// Reads a line's members; nothing where one is missing or of another kind.
    ///
    /// - Parameters:
    ///   - file: the step's file, as an earlier line told of it.
    ///   - rejects: its refused items, likewise.
    init?(_ json: JSONValue, _ step: StepID, _ file: PublishedFile?, _ rejects: PublishedFile?) {
        guard let state = json["state"]?.text.flatMap({ State(rawValue: $0) }), let records = json.count("records"),
            let pages = json.count("pages"), let calls = json.count("calls"), let attempts = json.count("attempts"),
            let skippedItems = json.count("skipped_items"), let milliseconds = json.count("duration_ms")
        else { return nil }
        self.init(id: step, state: state)
        if state == .done, json["file"] != nil { self.file = file ?? PublishedFile(json) }
        if state == .done { self.rejects = rejects }
        self.records = records
        self.pages = pages
        self.calls = calls
        self.attempts = attempts
        self.skippedItems = skippedItems
        duration = .milliseconds(milliseconds)
    }
}
