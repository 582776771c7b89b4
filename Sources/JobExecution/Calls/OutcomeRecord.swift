import JSONBytes
import JobSpec

/// The line that a write leaves in its step's file: which items, how it ended, and the API's answer as it came.
enum OutcomeRecord {
    /// Fields by which servers name a request, the most telling first.
    private static let requestIDFields = ["X-Request-Id", "Request-Id", "X-Correlation-Id", "Correlation-Id"]

    static func line(_ call: Call, status: Int, attempts: Int, _ fields: HTTPFields, _ body: [UInt8]) -> [UInt8] {
        let requestID = requestIDFields.lazy.compactMap { fields[$0] }.first
        return bytes(
            call,
            [
                JSONMember("status", .number(status)),
                JSONMember("attempts", .number(attempts)),
                JSONMember("request_id", requestID.map { .string(JSONString($0)) } ?? .null),
                JSONMember("answer", answer(body)),
            ]
        )
    }

    /// What the step's selector selects in the answer, a line each, without the last line break.
    static func selection(_ selector: JSONPath, of answer: CallAnswer) throws(RunFailure) -> [UInt8] {
        guard let document = answer.facts.document else {
            throw RunFailure(
                .protocolViolation,
                "the call took effect, but its answer can't be read as JSON: `\(selector.source)` can't be applied",
                status: answer.status,
                help: ["leave `data_selector` out: then the answer is kept as it came"]
            )
        }
        do throws(JSONPathError) {
            var lines: [UInt8] = []
            for (index, value) in try selector.values(in: document).enumerated() {
                if index > 0 { lines.append(UInt8(ascii: "\n")) }
                value.write(into: &lines)
            }
            return lines
        } catch {
            throw RunFailure(.limit, "the call took effect, but the selector can't be applied: \(error.message)")
        }
    }

    /// The answer was lost, and a probe found the effect.
    static func reconciled(_ call: Call, attempts: Int) -> [UInt8] {
        bytes(
            call,
            [
                JSONMember("status", .null),
                JSONMember("attempts", .number(attempts)),
                JSONMember("request_id", .null),
                JSONMember("answer", .null),
                JSONMember("reconciled", .bool(true)),
            ]
        )
    }

    /// The answer in a call's line; nothing where there is none, as after a probe.
    static func answer(in line: [UInt8]) -> JSONValue? {
        guard let answer = (try? JSONParser.parse(line))?["answer"], answer != .null else { return nil }
        return answer
    }

    /// Lines for the rejects: each refused item as it was, and why.
    static func rejects(_ items: CallItems, _ step: StepID, reason: String) -> [UInt8] {
        var lines: [UInt8] = []
        for (offset, item) in items.values.enumerated() {
            let line: JSONValue = .object([
                JSONMember("item", item),
                JSONMember("position", .number(items.range.lowerBound + offset)),
                JSONMember("step", .string(JSONString(step.name))),
                JSONMember("reason", .string(JSONString(reason))),
            ])
            line.write(into: &lines)
            lines.append(UInt8(ascii: "\n"))
        }
        return lines
    }

    private static func bytes(_ call: Call, _ members: [JSONMember]) -> [UInt8] {
        let items: JSONValue = [
            "first": .number(call.items.range.lowerBound), "count": .number(call.items.range.count),
        ]
        let head = [JSONMember("key", .string(JSONString(call.key))), JSONMember("items", items)]
        var bytes: [UInt8] = []
        JSONValue.object(head + members).write(into: &bytes)
        return bytes
    }

    /// The answer itself where it is JSON, its text where it is not, null where there is none.
    private static func answer(_ body: [UInt8]) -> JSONValue {
        guard !body.isEmpty else { return .null }
        if let value = try? JSONParser.parse(body) { return value }
        return .string(JSONString(String(decoding: body, as: UTF8.self)))
    }
}
