/// Follows a path of member names through the events of a ``GrammarMachine``, up to the value at its end.
struct PathTracker {
    private let path: [String]
    /// How many members of the path have been entered.
    private var matched = 0
    /// Which members of the path have been met.
    private var isSeen: [Bool]
    /// Whether the next value belongs to the member of the path that was just named.
    private var isNextOnPath: Bool
    private var isCollecting = false
    /// The name that is being read, with its quotes.
    private var name: [UInt8] = []
    /// The type of the value at the end of the path, once it has been met.
    private(set) var selectedType: String?

    init(path: [String]) {
        self.path = path
        isSeen = Array(repeating: false, count: path.count)
        isNextOnPath = path.isEmpty
    }

    /// Takes the next event; true if it begins the array at the end of the path. `depth` is the number of arrays and
    /// objects that are open after the event.
    mutating func take(
        _ event: GrammarMachine.Event,
        _ byte: UInt8,
        depth: Int
    ) throws(JSONError.Reason) -> Bool {
        switch event {
        case .beginName:
            isCollecting = depth == matched + 1 && matched < path.count
            name.removeAll(keepingCapacity: true)
            collect(byte)
        case .inside: collect(byte)
        case .endName:
            collect(byte)
            if isCollecting { try compareName() }
            isCollecting = false
        case .beginObject, .beginArray, .beginScalar: return beginValue(event, byte)
        case .endObject where matched > 0 && depth == matched: matched -= 1
        default: break
        }
        return false
    }

    /// Keeps a byte of the name, unless the name is already too long to match however it is escaped: six bytes for
    /// each of a character's, and the quotes.
    private mutating func collect(_ byte: UInt8) {
        if isCollecting, name.count <= 6 * path[matched].utf8.count + 2 { name.append(byte) }
    }

    private mutating func compareName() throws(JSONError.Reason) {
        let wanted = path[matched]
        guard name.count <= 6 * wanted.utf8.count + 2,
            JSONString(validated: String(decoding: name, as: UTF8.self)).matches(wanted)
        else { return }
        guard !isSeen[matched] else { throw .duplicatePathMember(wanted) }
        isSeen[matched] = true
        isNextOnPath = true
    }

    private mutating func beginValue(_ event: GrammarMachine.Event, _ byte: UInt8) -> Bool {
        guard isNextOnPath else { return false }
        isNextOnPath = false
        if matched + 1 < path.count {
            if event == .beginObject { matched += 1 }
            return false
        }
        selectedType = Self.typeName(firstByte: byte)
        return event == .beginArray
    }

    private static func typeName(firstByte: UInt8) -> String {
        switch firstByte {
        case Ascii.openBrace: "object"
        case Ascii.openBracket: "array"
        case Ascii.quote: "string"
        case UInt8(ascii: "t"), UInt8(ascii: "f"): "boolean"
        case UInt8(ascii: "n"): "null"
        default: "number"
        }
    }
}
