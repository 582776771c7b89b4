/// Text made fit for a terminal: nothing in it can move the cursor, change colours, hide or reorder what is shown.
///
/// Control characters become their pictures (`␛`), other invisible and bidirectional ones their code (`<U+202E>`), a
/// tab four spaces. Widths are in terminal cells: 2 for East Asian wide characters and emoji, 0 for combining marks.
struct DisplayText {
    /// A user-perceived character as it is shown, and how many cells it takes.
    struct Cell {
        /// What is printed.
        let text: String
        /// The cells of the terminal that it takes.
        let width: Int
    }

    /// The characters in order.
    var cells: [Cell]

    /// The shown form of `text`.
    init(_ text: String) {
        cells = text.map(Self.cell(for:))
    }

    /// How many terminal cells the text takes.
    var width: Int {
        cells.reduce(0) { $0 + $1.width }
    }

    /// The text to print.
    var string: String {
        cells.map(\.text).joined()
    }

    /// Keeps the beginning that fits in `limit` cells and says whether anything was cut.
    mutating func truncate(to limit: Int) -> Bool {
        var room = limit
        guard
            let cut = cells.firstIndex(where: {
                room -= $0.width; return room < 0
            })
        else { return false }
        cells.removeSubrange(cut...)
        return true
    }

    /// Keeps the end that fits in `limit` cells and says whether anything was cut.
    mutating func truncateBeginning(to limit: Int) -> Bool {
        var room = limit
        guard
            let cut = cells.lastIndex(where: {
                room -= $0.width; return room < 0
            })
        else { return false }
        cells.removeSubrange(...cut)
        return true
    }

    /// Text on one line, neutralised, for messages, labels and paths.
    static func neutralised(_ text: String) -> String {
        DisplayText(text).string
    }

    private static func cell(for character: Character) -> Cell {
        if character == "\t" { return Cell(text: "    ", width: 4) }
        let isEmoji = isEmoji(character)
        if isEmoji, !character.unicodeScalars.contains(where: isControl) {
            return Cell(text: String(character), width: 2)
        }
        var text = ""
        var width = 0
        for scalar in character.unicodeScalars {
            if let shown = replacement(for: scalar) {
                text += shown
                width += shown.unicodeScalars.count
            } else {
                text.unicodeScalars.append(scalar)
                width += TerminalWidth.width(of: scalar)
            }
        }
        return Cell(text: text, width: width)
    }

    private static func isEmoji(_ character: Character) -> Bool {
        guard let first = character.unicodeScalars.first, first.properties.isEmoji else { return false }
        return first.properties.isEmojiPresentation || character.unicodeScalars.contains("\u{FE0F}")
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control || isDirectional(scalar)
    }

    /// Characters that reorder the text around them, by which source can be made to look like something else.
    private static func isDirectional(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func replacement(for scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x00...0x1F:
            return Unicode.Scalar(0x2400 + scalar.value).map { String($0) }
        case 0x7F:
            return "\u{2421}"
        case 0x200C, 0x200D:
            // Joiners shape the scripts and emoji around them and are part of correct spelling.
            return nil
        default:
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                return "<U+\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)>"
            default:
                return nil
            }
        }
    }
}
