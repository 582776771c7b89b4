import JSONBytes

/// Where two JSON values differ, one line a place.
struct JSONDifference: CustomStringConvertible {
    let path: String
    let old: JSONValue?
    let new: JSONValue?

    var description: String {
        switch (old, new) {
        case (let old?, let new?): "\(path): was \(Self.short(old)), is \(Self.short(new))"
        case (let old?, nil): "\(path): was \(Self.short(old)), is gone"
        case (nil, let new?): "\(path): is new: \(Self.short(new))"
        case (nil, nil): path
        }
    }

    /// The differences in the order of the first value, then what is only in the second.
    static func list(from old: JSONValue, to new: JSONValue, at path: String = "plan") -> [JSONDifference] {
        switch (old, new) {
        case (.object(let before), .object(let after)):
            let names = before.map(\.name.text) + after.map(\.name.text).filter { old[$0] == nil }
            return names.flatMap { name in
                compare(old[name], new[name], at: "\(path).\(name)")
            }
        case (.array(let before), .array(let after)):
            return (0..<max(before.count, after.count)).flatMap { index in
                let one = index < before.count ? before[index] : nil
                let other = index < after.count ? after[index] : nil
                // Steps and tokens are known by their names, not by their places.
                let name = (one ?? other)?["id"]?.text ?? String(index)
                return compare(one, other, at: "\(path)[\(name)]")
            }
        default: return old == new ? [] : [JSONDifference(path: path, old: old, new: new)]
        }
    }

    private static func compare(_ old: JSONValue?, _ new: JSONValue?, at path: String) -> [JSONDifference] {
        guard let old, let new else {
            return old == nil && new == nil ? [] : [JSONDifference(path: path, old: old, new: new)]
        }
        return list(from: old, to: new, at: path)
    }

    private static func short(_ value: JSONValue) -> String {
        let text = value.jsonText
        return text.count <= 60 ? text : text.prefix(57) + "…"
    }
}
