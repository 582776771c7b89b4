extension JSONValue {
    /// Whether both values mean the same (RFC 9535, section 2.3.5.2.2): numbers by exact value, strings by decoded
    /// text, arrays element by element, objects as sets of members.
    ///
    /// Of several members of one name the last one counts.
    package func isEquivalent(to other: JSONValue) -> Bool {
        switch (self, other) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)): left.isNumericallyEqual(to: right)
        case (.string(let left), .string(let right)): left.isEquivalent(to: right)
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isEquivalent(to: $1) }
        case (.object(let left), .object(let right)): Self.areEquivalent(left, right)
        default: false
        }
    }

    private static func areEquivalent(_ left: [JSONMember], _ right: [JSONMember]) -> Bool {
        let left = uniqueMembers(left)
        let right = uniqueMembers(right)
        guard left.count == right.count else { return false }
        return left.allSatisfy { name, value in right[name].map(value.isEquivalent(to:)) ?? false }
    }

    /// The members by name. The key is the array of code units, since Swift's strings compare by canonical
    /// equivalence and JSON's names do not.
    private static func uniqueMembers(_ members: [JSONMember]) -> [[UInt16]: JSONValue] {
        Dictionary(members.map { ($0.name.codeUnits, $0.value) }) { _, last in last }
    }
}
