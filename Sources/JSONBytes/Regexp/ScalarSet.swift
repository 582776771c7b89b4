/// A set of Unicode scalars, as a character class of an I-Regexp spells it.
struct ScalarSet: Hashable, Sendable {
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    var categories: [UnicodeCategory] = []
    var isNegated = false

    /// The dot: everything but line feed and carriage return (RFC 9485, section 5.3).
    static let dot = ScalarSet(ranges: ["\n"..."\n", "\r"..."\r"], isNegated: true)

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        let isListed = ranges.contains { $0.contains(scalar) } || categories.contains { $0.contains(scalar) }
        return isListed != isNegated
    }
}

/// What `\p{…}` or `\P{…}` names: a general category such as `Lu`, or a group of them such as `L`.
struct UnicodeCategory: Hashable, Sendable {
    let name: String
    let isNegated: Bool

    /// `nil` if RFC 9485's `IsCategory` has no such name.
    init?(name: String, isNegated: Bool) {
        guard Self.names.contains(name) else { return nil }
        self.name = name
        self.isNegated = isNegated
    }

    private static let names: Set<String> = [
        "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No",
        "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Z", "Zl", "Zp", "Zs",
        "S", "Sc", "Sk", "Sm", "So", "C", "Cc", "Cf", "Cn", "Co",
    ]

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        Self.abbreviation(of: scalar.properties.generalCategory).hasPrefix(name) != isNegated
    }

    private static func abbreviation(of category: Unicode.GeneralCategory) -> String {
        switch category {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .privateUse: "Co"
        case .surrogate: "Cs"
        case .unassigned: "Cn"
        @unknown default: "Cn"
        }
    }
}
