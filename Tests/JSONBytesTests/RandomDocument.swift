import JSONBytes
import TestSupport

/// Writes random JSON texts that are rich in what a splitter could get wrong: white space anywhere, escapes, many
/// scripts, all kinds of numbers, empty containers, duplicate members.
struct RandomDocument {
    var generator: SeededGenerator
    /// How likely white space is: in one of so many places; 0 for never.
    var whitespaceOneIn: Int
    var bytes: [UInt8] = []

    static func make(seed: UInt64, path: [String]) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        let whitespace = [0, 1, 4, 30].randomElement(using: &generator) ?? 0
        var document = RandomDocument(generator: generator, whitespaceOneIn: whitespace)
        document.envelope(path[...])
        document.space()
        return document.bytes
    }

    /// An array of some ten thousand bytes, which is enough for many blocks at a time.
    static func makeLong(seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        let whitespace = [0, 0, 4, 30].randomElement(using: &generator) ?? 0
        var document = RandomDocument(generator: generator, whitespaceOneIn: whitespace)
        document.array(count: 200, depth: 0)
        return document.bytes
    }

    mutating func envelope(_ path: ArraySlice<String>) {
        space()
        guard let name = path.first else {
            if generator.oneIn(20) { return value(depth: 0) }
            return array(count: Int.random(in: 0...12, using: &generator), depth: 0)
        }
        write("{")
        for _ in 0..<Int.random(in: 0...2, using: &generator) {
            member(depth: 3)
            write(",")
        }
        space()
        if generator.oneIn(4), let first = name.unicodeScalars.first {
            let digits = String(first.value, radix: 16)
            write("\"\\u" + String(repeating: "0", count: 4 - digits.count) + digits + name.dropFirst() + "\"")
        } else {
            write(JSONString(name).lexeme)
        }
        space()
        write(":")
        envelope(path.dropFirst())
        for _ in 0..<Int.random(in: 0...2, using: &generator) {
            space()
            write(",")
            member(depth: 3)
        }
        space()
        write("}")
    }

    private mutating func write(_ text: String) { bytes += text.utf8 }

    private mutating func space() {
        guard whitespaceOneIn > 0, generator.oneIn(whitespaceOneIn) else { return }
        let count = generator.oneIn(20) ? 80 : Int.random(in: 1...4, using: &generator)
        for _ in 0..<count { write([" ", "\n", "\t", "\r", "  "].randomElement(using: &generator) ?? " ") }
    }

    private mutating func value(depth: Int) {
        space()
        switch Int.random(in: 0..<(depth > 4 ? 8 : 11), using: &generator) {
        case 0: write(["true", "false", "null"].randomElement(using: &generator) ?? "null")
        case 1...3: number()
        case 4...7: string()
        case 8: array(count: Int.random(in: 0...4, using: &generator), depth: depth + 1)
        default: object(depth: depth + 1)
        }
        space()
    }

    private mutating func array(count: Int, depth: Int) {
        write("[")
        space()
        for index in 0..<count {
            if index > 0 { write(",") }
            value(depth: depth)
        }
        write("]")
    }

    private mutating func object(depth: Int) {
        write("{")
        space()
        for index in 0..<Int.random(in: 0...5, using: &generator) {
            if index > 0 { write(",") }
            member(depth: depth)
        }
        write("}")
    }

    private mutating func member(depth: Int) {
        space()
        if generator.oneIn(3) { string() } else { write(#""k\#(Int.random(in: 0...4, using: &generator))""#) }
        space()
        write(":")
        value(depth: depth)
    }

    private mutating func number() {
        let samples = ["0", "-0", "0.0", "-0.50", "1e5", "2E-7", "1.25e+10", "480.00", "1234567890123456789012345"]
        if generator.oneIn(3) { return write(samples.randomElement(using: &generator) ?? "0") }
        write(String(Int.random(in: -100_000...100_000, using: &generator)))
        if generator.oneIn(2) { write("." + String(Int.random(in: 0...99_999, using: &generator))) }
        if generator.oneIn(12) { write("e" + String(Int.random(in: -30...30, using: &generator))) }
    }

    private mutating func string() {
        let samples = [
            "a", "loan", "देवी", "محمد", "李小龍", "🎉👩‍👩‍👧", "é", "\u{0800}", "\u{D7FF}\u{10FFFF}", "{[,:]}", "\u{7F}",
            #"\""#, #"\\"#, #"\n\t\r\b\f\/"#, #"\u0000"#, #"\ud800"#, #"\uD83d\uDE00"#, #"\\\\\""#, "true", "-1.5",
        ]
        write("\"")
        for _ in 0..<Int.random(in: 0...(generator.oneIn(10) ? 60 : 5), using: &generator) {
            write(samples.randomElement(using: &generator) ?? "")
        }
        write("\"")
    }
}
