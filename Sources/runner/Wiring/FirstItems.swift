import JSONBytes
import JobExecution
import JobResults
import JobSpec

/// The first item of each call of unknown outcome, to look the call up by. The journal keeps positions alone, so it is
/// read again from the step's input, as long as that is still what the run began with.
enum FirstItems {
    /// As many calls have theirs read.
    private static let most = 20
    private static let longest = 200

    /// A call and its first item, as JSON.
    struct Entry: Sendable {
        let call: UnknownCall
        let text: String
    }

    /// Those that can be had, in the order of the calls.
    static func read(_ run: RunListing) -> [Entry] {
        let calls = run.unknown.filter { $0.input != nil }.prefix(most)
        guard !calls.isEmpty, let folder = try? RunFolder.header(at: run.path).invocation?.workingDirectory,
            let document = try? RunFolder.planJSON(at: run.path), let plan = try? JSONParser.parse(document)
        else { return [] }
        var entries: [Entry] = []
        for step in Set(calls.map(\.step)).sorted() {
            let own = calls.filter { $0.step == step }
            let planned = plan["plan"]?["steps"]?.elements?.first { $0["id"]?.text == step.name }
            guard let input = own.first?.input, let file = input.path, let forEach = planned?["for_each"]
            else { continue }
            let path = file.hasPrefix("/") ? file : "\(folder)/\(file)"
            guard input.matches(fileAt: path), let items = try? items(forEach, path) else { continue }
            entries += read(own, from: items)
        }
        return entries
    }

    /// Calls come in the order of their items.
    private static func read(_ calls: some Sequence<UnknownCall>, from items: FileItems) -> [Entry] {
        var entries: [Entry] = []
        var position = 0
        for call in calls {
            var item: JSONValue?
            while position <= call.items.lowerBound {
                guard let next = try? items.next() else { return entries }
                item = next
                position += 1
            }
            guard let text = item?.jsonText else { continue }
            entries.append(Entry(call: call, text: text.count > longest ? text.prefix(longest) + "…" : text))
        }
        return entries
    }

    /// The input as the plan has it. Types of columns don't matter to a person.
    private static func items(_ forEach: JSONValue, _ path: String) throws(InputError) -> FileItems? {
        if forEach["csv"] != nil {
            let delimiter = forEach["delimiter"]?.text?.utf8.first ?? UInt8(ascii: ",")
            return FileItems(csv: try CSVItems(path: path, delimiter: delimiter))
        }
        guard forEach["ndjson"] != nil else { return nil }
        return FileItems(ndjson: try NDJSONItems(path: path, field: forEach["field"]?.text))
    }
}
