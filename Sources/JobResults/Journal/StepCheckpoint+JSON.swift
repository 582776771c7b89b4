import JSONBytes
import JobExecution
import JobSpec

extension StepCheckpoint {
    /// The members of a line. Position and outputs are the API's own bytes, which a resume needs as they are: they are
    /// as open to the reader as the records are, so the redactor does not touch them.
    var members: [JSONMember] {
        (page.map(\.members) ?? []) + [
            JSONMember("file_pages", .number(pages)),
            JSONMember("file_bytes", .number(file.bytes)),
            JSONMember("file_records", .number(file.records)),
            JSONMember("file_sha256", .string(file.sha256)),
        ] + (rejects.map(Self.members(ofRejects:)) ?? [])
    }

    private static func members(ofRejects rejects: FilePrefix) -> [JSONMember] {
        [
            JSONMember("rejects_bytes", .number(rejects.bytes)),
            JSONMember("rejects_records", .number(rejects.records)),
            JSONMember("rejects_sha256", .string(rejects.sha256)),
        ]
    }

    /// Reads a line's members; nothing where one is missing or of another kind.
    init?(_ json: JSONValue) {
        guard let pages = json.count("file_pages"), let file = FilePrefix(json, "file") else { return nil }
        var page: PageCommit?
        if json["item"] != nil {
            guard let read = PageCommit(json) else { return nil }
            page = read
        }
        var rejects: FilePrefix?
        if json["rejects_bytes"] != nil {
            guard let read = FilePrefix(json, "rejects") else { return nil }
            rejects = read
        }
        self.init(page: page, pages: pages, file: file, rejects: rejects)
    }
}

extension StepCheckpoint.FilePrefix {
    fileprivate init?(_ json: JSONValue, _ name: String) {
        guard let bytes = json.count("\(name)_bytes"), let records = json.count("\(name)_records"),
            let sha256 = json["\(name)_sha256"]?.text
        else { return nil }
        self.init(bytes: bytes, records: records, sha256: sha256)
    }
}

extension PageCommit {
    fileprivate var members: [JSONMember] {
        var members = [
            JSONMember("item", .number(item)),
            JSONMember("page", .number(page)),
            JSONMember("records", .number(records)),
        ]
        if position != .null { members.append(JSONMember("position", position)) }
        if !outputs.isEmpty { members.append(JSONMember("outputs", .outputs(outputs))) }
        if let itemStart { members.append(JSONMember("item_start", itemStart.json)) }
        return members
    }

    fileprivate init?(_ json: JSONValue) {
        guard let item = json.count("item"), let page = json.count("page"), let records = json.count("records"),
            let outputs = json.outputs
        else { return nil }
        var itemStart: ItemStart?
        if let start = json["item_start"] {
            guard let read = ItemStart(start) else { return nil }
            itemStart = read
        }
        self.init(
            item: item,
            page: page,
            records: records,
            position: json["position"] ?? .null,
            outputs: outputs,
            itemStart: itemStart
        )
    }
}

extension ItemStart {
    fileprivate var json: JSONValue {
        .object(
            [JSONMember("bytes", .number(mark.bytes)), JSONMember("records", .number(mark.records))]
                + (outputs.isEmpty ? [] : [JSONMember("outputs", .outputs(outputs))])
        )
    }

    fileprivate init?(_ json: JSONValue) {
        guard let bytes = json.count("bytes"), let records = json.count("records"), let outputs = json.outputs else {
            return nil
        }
        self.init(mark: RecordMark(bytes: bytes, records: records), outputs: outputs)
    }
}

extension JSONValue {
    /// Outputs by their names, in the names' order.
    static func outputs(_ outputs: [String: JSONValue]) -> JSONValue {
        .object(outputs.sorted { $0.key < $1.key }.map { JSONMember($0.key, $0.value) })
    }

    /// The member `outputs`; empty where there is none, nothing where it is no object.
    var outputs: [String: JSONValue]? {
        guard let value = self["outputs"] else { return [:] }
        guard let members = value.members else { return nil }
        return Dictionary(members.map { ($0.name.text, $0.value) }) { _, last in last }
    }

    /// The member of that name, if it is an integer of 0 or more.
    func count(_ name: String) -> Int? {
        guard let value = self[name]?.intValue, value >= 0 else { return nil }
        return value
    }

    /// The member of that name, if it is the id of a step.
    func step(_ name: String = "step") -> StepID? { self[name]?.text.flatMap { StepID($0) } }
}
