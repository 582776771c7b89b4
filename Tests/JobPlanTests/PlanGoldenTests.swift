import Foundation
import JSONBytes
import JobPlan
import Testing

/// Every job in `Goldens/NAME.yaml` has the plan in `NAME.txt`, for people, and in `NAME.json`, for programs.
///
/// `RECORD_GOLDENS=1 swift test --filter PlanGoldenTests` writes them anew: review them as text.
@Suite struct PlanGoldenTests {
    private static let isRecording = ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1"
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens")

    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }()

    private static func url(_ name: String, _ type: String) -> URL { folder.appending(path: "\(name).\(type)") }

    @Test(arguments: names) func thePlanIsAsRecorded(name: String) throws {
        let text = try String(contentsOf: Self.url(name, "yaml"), encoding: .utf8)
        let plan = try PlannedJob(whole: text).plan()
        var json: [UInt8] = []
        Self.write(try plan.json, indent: 0, into: &json)
        for (type, content) in [("txt", plan.text), ("json", String(decoding: json, as: UTF8.self) + "\n")] {
            if Self.isRecording {
                try content.write(to: Self.url(name, type), atomically: true, encoding: .utf8)
            } else {
                #expect(try content == String(contentsOf: Self.url(name, type), encoding: .utf8))
            }
        }
    }

    @Test func thereAreGoldens() { #expect(Self.names.count >= 3) }

    /// One member a line, so that a change of the plan is a change of a line.
    private static func write(_ value: JSONValue, indent: Int, into bytes: inout [UInt8]) {
        let inner = String(repeating: "  ", count: indent + 1)
        let outer = "\n" + String(repeating: "  ", count: indent)
        if let members = value.members, !members.isEmpty {
            for (index, member) in members.enumerated() {
                bytes += (index == 0 ? "{\n" : ",\n").utf8
                bytes += "\(inner)\"\(member.name.text)\": ".utf8
                write(member.value, indent: indent + 1, into: &bytes)
            }
            bytes += "\(outer)}".utf8
        } else if let elements = value.elements, elements.contains(where: { $0.members != nil }) {
            for (index, element) in elements.enumerated() {
                bytes += (index == 0 ? "[\n" : ",\n").utf8 + Array(inner.utf8)
                write(element, indent: indent + 1, into: &bytes)
            }
            bytes += "\(outer)]".utf8
        } else {
            value.write(into: &bytes)
        }
    }
}
