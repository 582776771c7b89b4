import JSONBytes

/// A random table, written as CSV in a random way: line ends, quoting, blank lines and a byte order mark vary.
struct RandomCSV {
    let names: [String]
    let rows: [[String]]
    let bytes: [UInt8]

    private static let pieces = [
        "a", "1", " ", ",", "\"", "\"\"", "\r", "\n", "\r\n", "é", "日本", "👩‍🚀", "\u{301}", "\\", "\t", ";", "x,y",
        "\u{FEFF}", "0.50", "\u{1}", String(repeating: "long ", count: 30),
    ]

    init(using random: inout some RandomNumberGenerator) {
        let width = Int.random(in: 1...5, using: &random)
        let names = (0..<width).map { "c\($0)" + Self.text(using: &random) }
        let rows = (0..<Int.random(in: 0...12, using: &random)).map { _ in
            (0..<width).map { _ in Self.text(using: &random) }
        }
        var text = Bool.random(using: &random) ? "\u{FEFF}" : ""
        let lineEnd = ["\n", "\r\n", "\r"].randomElement(using: &random) ?? "\n"
        for (index, row) in ([names] + rows).enumerated() {
            if Int.random(in: 0..<4, using: &random) == 0 { text += lineEnd }
            text += row.map { Self.written($0, isAlone: width == 1, using: &random) }.joined(separator: ",")
            if index < rows.count || Bool.random(using: &random) { text += lineEnd }
        }
        self.names = names
        self.rows = rows
        bytes = Array(text.utf8)
    }

    /// What reading it must give.
    var items: [String] {
        rows.map { row in
            JSONValue.object(zip(names, row).map { JSONMember($0, .string($1)) }).jsonText
        }
    }

    private static func text(using random: inout some RandomNumberGenerator) -> String {
        (0..<Int.random(in: 0...4, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    }

    private static func written(
        _ text: String,
        isAlone: Bool,
        using random: inout some RandomNumberGenerator
    ) -> String {
        let mustQuote =
            isAlone && text.isEmpty || text.unicodeScalars.contains { [",", "\"", "\r", "\n"].contains($0) }
        guard mustQuote || Int.random(in: 0..<3, using: &random) == 0 else { return text }
        let doubled = text.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined()
        return "\"\(doubled)\""
    }
}
