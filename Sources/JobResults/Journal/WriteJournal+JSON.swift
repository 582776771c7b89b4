import JSONBytes
import JobExecution
import JobPlan

extension CallIntent {
    /// The members of a line. The key is kept as it is: a resume and `runner resolve` find the call by it.
    var members: [JSONMember] {
        [
            JSONMember("call", .number(call)),
            JSONMember("key", .string(key)),
            JSONMember("first", .number(items.lowerBound)),
            JSONMember("count", .number(items.count)),
        ]
    }

    /// Reads a line's members; nothing where one is missing or of another kind.
    init?(_ json: JSONValue) {
        guard let call = json.count("call"), let key = json["key"]?.text, let first = json.count("first"),
            let count = json.count("count")
        else { return nil }
        let (end, overflow) = first.addingReportingOverflow(count)
        if overflow { return nil }
        self.init(call: call, key: key, items: first..<end)
    }
}

extension CallOutcome {
    /// The members of a line. The record is the line of the step's file, as it will stand there, and the outputs are what
    /// later steps get, so the redactor does not touch them; it goes over the reason.
    func members(_ json: ReportJSON) -> [JSONMember] {
        var members = intent.members + [JSONMember("state", .string(state.rawValue))]
        if !record.isEmpty {
            members.append(
                String(validating: record, as: UTF8.self).map { JSONMember("record", .string($0)) }
                    // No JSON, but nothing may be lost here.
                    ?? JSONMember("record_hex", .string(HexText.lowercase(record)))
            )
        }
        if !outputs.isEmpty { members.append(JSONMember("outputs", .outputs(outputs))) }
        if let reason { members.append(JSONMember("reason", json.text(reason))) }
        return members
    }

    /// Reads a line's members; nothing where one is missing or of another kind.
    init?(_ json: JSONValue) {
        guard let intent = CallIntent(json), let state = json["state"]?.text.flatMap({ State(rawValue: $0) }),
            let outputs = json.outputs
        else { return nil }
        var record = Array((json["record"]?.text ?? "").utf8)
        if let text = json["record_hex"]?.text {
            guard let bytes = HexText.bytes(text) else { return nil }
            record = bytes
        }
        self.init(intent: intent, state: state, record: record, outputs: outputs, reason: json["reason"]?.text)
    }

    /// A call that was begun and of whose end nothing is known.
    static func open(_ intent: CallIntent) -> CallOutcome {
        CallOutcome(intent: intent, state: .unknown, reason: "the run ended before the answer came")
    }

    /// What a person found out about a call.
    static func resolved(_ intent: CallIntent, isDone: Bool) -> CallOutcome {
        guard isDone else {
            return CallOutcome(intent: intent, state: .notDone, reason: "a person says that it took no effect")
        }
        let items: JSONValue = ["first": .number(intent.items.lowerBound), "count": .number(intent.items.count)]
        let record: JSONValue = .object([
            JSONMember("key", .string(intent.key)),
            JSONMember("items", items),
            JSONMember("status", .null),
            JSONMember("attempts", .null),
            JSONMember("request_id", .null),
            JSONMember("answer", .null),
            JSONMember("resolved", .bool(true)),
        ])
        return CallOutcome(intent: intent, state: .done, record: Array(record.jsonText.utf8))
    }
}

extension HexText {
    /// Reads what ``lowercase(_:)`` wrote; nothing where it is something else.
    static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}
