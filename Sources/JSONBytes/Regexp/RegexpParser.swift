/// The syntax tree of an I-Regexp.
indirect enum RegexpNode {
    case set(ScalarSet)
    case begin
    case end
    case sequence([RegexpNode])
    case alternatives([RegexpNode])
    case repetition(RegexpNode, Int, upTo: Int?)
}

/// Reads the grammar of RFC 9485, section 4. `nil` stands for a syntax error all the way up.
///
/// `^` and `$` outside of classes are read as anchors, as the JSONPath compliance suite has them; in RFC 9485 alone
/// they would be plain characters.
struct RegexpParser {
    private static let maxDepth = 100
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0

    static func parse(_ pattern: String) -> RegexpNode? {
        var parser = RegexpParser(scalars: Array(pattern.unicodeScalars))
        guard let node = parser.parseAlternatives(), parser.position == parser.scalars.count else { return nil }
        return node
    }

    private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func accept(_ wanted: Unicode.Scalar) -> Bool {
        guard current == wanted else { return false }
        position += 1
        return true
    }

    private mutating func parseAlternatives() -> RegexpNode? {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maxDepth else { return nil }
        var branches: [RegexpNode] = []
        repeat {
            guard let branch = parseBranch() else { return nil }
            branches.append(branch)
        } while accept("|")
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func parseBranch() -> RegexpNode? {
        var pieces: [RegexpNode] = []
        while let scalar = current, scalar != "|", scalar != ")" {
            guard let atom = parseAtom(), let piece = parseQuantifier(of: atom) else { return nil }
            pieces.append(piece)
        }
        return .sequence(pieces)
    }

    private mutating func parseAtom() -> RegexpNode? {
        guard let scalar = current else { return nil }
        position += 1
        switch scalar {
        case "(":
            guard let node = parseAlternatives(), accept(")") else { return nil }
            return node
        case ".": return .set(.dot)
        case "^": return .begin
        case "$": return .end
        case "[": return parseClass().map(RegexpNode.set)
        case "\\":
            if let category = parseCategory() { return .set(ScalarSet(categories: [category])) }
            return parseEscape().map { .set(ScalarSet(ranges: [$0...$0])) }
        case ")", "*", "+", "?", "]", "{", "|", "}": return nil
        default: return .set(ScalarSet(ranges: [scalar...scalar]))
        }
    }

    private mutating func parseQuantifier(of atom: RegexpNode) -> RegexpNode? {
        if accept("*") { return .repetition(atom, 0, upTo: nil) }
        if accept("+") { return .repetition(atom, 1, upTo: nil) }
        if accept("?") { return .repetition(atom, 0, upTo: 1) }
        guard accept("{") else { return atom }
        guard let least = parseCount() else { return nil }
        var most: Int? = least
        if accept(",") { most = current == "}" ? nil : parseCount() ?? -1 }
        guard accept("}"), most ?? least >= least else { return nil }
        return .repetition(atom, least, upTo: most)
    }

    /// A count of at most six digits: more could never be compiled.
    private mutating func parseCount() -> Int? {
        var value: Int?
        while let scalar = current, let digit = Int(exactly: scalar.value)?.advanced(by: -0x30), 0...9 ~= digit {
            value = (value ?? 0) * 10 + digit
            position += 1
            if value ?? 0 > 999_999 { return nil }
        }
        return value
    }
}

// MARK: - Classes and escapes

extension RegexpParser {
    private mutating func parseClass() -> ScalarSet? {
        var set = ScalarSet(isNegated: accept("^"))
        if accept("-") { set.ranges.append("-"..."-") } else if !parseItem(into: &set) { return nil }
        while let scalar = current {
            if accept("]") { return set }
            if scalar == "-" {
                position += 1
                set.ranges.append("-"..."-")
                return accept("]") ? set : nil
            }
            guard parseItem(into: &set) else { return nil }
        }
        return nil
    }

    private mutating func parseItem(into set: inout ScalarSet) -> Bool {
        if current == "\\" {
            position += 1
            if let category = parseCategory() {
                set.categories.append(category)
                return true
            }
            position -= 1
        }
        guard let low = parseClassCharacter() else { return false }
        guard current == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
            set.ranges.append(low...low)
            return true
        }
        position += 1
        guard let high = parseClassCharacter(), low <= high else { return false }
        set.ranges.append(low...high)
        return true
    }

    private mutating func parseClassCharacter() -> Unicode.Scalar? {
        guard let scalar = current, scalar != "-", scalar != "[", scalar != "]" else { return nil }
        position += 1
        return scalar == "\\" ? parseEscape() : scalar
    }

    /// A single-character escape, after its backslash.
    private mutating func parseEscape() -> Unicode.Scalar? {
        guard let scalar = current else { return nil }
        position += 1
        switch scalar {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "(", ")", "*", "+", "-", ".", "?", "[", "\\", "]", "^", "{", "|", "}", "$": return scalar
        default: return nil
        }
    }

    /// `p{…}` or `P{…}`, after its backslash; nothing is taken if it is no category.
    private mutating func parseCategory() -> UnicodeCategory? {
        let start = position
        let isNegated = current == "P"
        if isNegated || current == "p" {
            position += 1
            var name = String.UnicodeScalarView()
            if accept("{") {
                while let scalar = current, scalar != "}", name.count < 3 {
                    name.append(scalar)
                    position += 1
                }
                if accept("}"), let category = UnicodeCategory(name: String(name), isNegated: isNegated) {
                    return category
                }
            }
        }
        position = start
        return nil
    }
}
