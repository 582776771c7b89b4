/// Where a node is, as a list that shares its beginning with the locations around it.
final class PathLocation: Sendable {
    enum Step: Sendable {
        case name(JSONString)
        case index(Int)
    }

    static let root = PathLocation(parent: nil, step: nil)
    private let parent: PathLocation?
    private let step: Step?

    private init(parent: PathLocation?, step: Step?) {
        self.parent = parent
        self.step = step
    }

    func appending(_ step: Step) -> PathLocation { PathLocation(parent: self, step: step) }

    /// The canonical notation of RFC 9535, section 2.7.
    var normalizedPath: String {
        var steps: [Step] = []
        var location: PathLocation? = self
        while let current = location {
            if let step = current.step { steps.append(step) }
            location = current.parent
        }
        return steps.reversed().reduce(into: "$") { path, step in
            switch step {
            case .name(let name): path += "['" + Self.escape(name.text) + "']"
            case .index(let index): path += "[\(index)]"
            }
        }
    }

    private static func escape(_ name: String) -> String {
        var escaped = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "'": escaped += #"\'"#
            case "\\": escaped += #"\\"#
            case "\u{8}": escaped += #"\b"#
            case "\u{C}": escaped += #"\f"#
            case "\n": escaped += #"\n"#
            case "\r": escaped += #"\r"#
            case "\t": escaped += #"\t"#
            case "\0"..."\u{1F}":
                escaped += (scalar.value < 16 ? #"\u000"# : #"\u00"#) + String(scalar.value, radix: 16)
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

/// A value and, where it is asked for, its location.
struct PathNode {
    var value: JSONValue
    var location: PathLocation?
}
