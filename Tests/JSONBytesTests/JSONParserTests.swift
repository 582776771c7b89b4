import JSONBytes
import Testing

@Suite struct JSONParserTests {
    @Test(arguments: [
        "null", " true ", "false", "0", "-0", "-0.0", "10", "1.5e+10", "1E400", #""""#, #""\u0000\ud800\/""#, "[]",
        "{}", "[ ]", "{ }", #"{"a":1,"a":2}"#, "[[],{},[{}]]", "\t\r\n [1 , 2]\n", "\"\u{7F}\u{10FFFF}\"",
        "1234567890123456789012345",
    ])
    func validTextIsKeptAsItIs(_ text: String) throws {
        let value = try JSONParser.parse(text)
        let expected = String(text.unicodeScalars.filter { !"\t\r\n ".unicodeScalars.contains($0) })
        #expect(value.jsonText == expected)
    }

    @Test(
        arguments: [
            ("", 0, .unexpectedEnd),
            ("  ", 2, .unexpectedEnd),
            ("[1,2", 4, .unexpectedEnd),
            (#"{"a""#, 4, .unexpectedEnd),
            (#""abc"#, 4, .unexpectedEnd),
            ("-", 1, .unexpectedEnd),
            ("1.", 2, .unexpectedEnd),
            ("tru", 3, .unexpectedEnd),
            ("[1,]", 3, .unexpectedByte(UInt8(ascii: "]"), expected: .value)),
            ("[,1]", 1, .unexpectedByte(UInt8(ascii: ","), expected: .valueOrEnd)),
            ("[1 2]", 3, .unexpectedByte(UInt8(ascii: "2"), expected: .commaOrBracket)),
            ("[1}", 2, .unexpectedByte(UInt8(ascii: "}"), expected: .commaOrBracket)),
            (#"{"a":1]"#, 6, .unexpectedByte(UInt8(ascii: "]"), expected: .commaOrBrace)),
            (#"{"a" 1}"#, 5, .unexpectedByte(UInt8(ascii: "1"), expected: .colon)),
            (#"{"a":1,}"#, 7, .unexpectedByte(UInt8(ascii: "}"), expected: .name)),
            ("{a:1}", 1, .unexpectedByte(UInt8(ascii: "a"), expected: .nameOrEnd)),
            ("'a'", 0, .unexpectedByte(UInt8(ascii: "'"), expected: .value)),
            ("NaN", 0, .unexpectedByte(UInt8(ascii: "N"), expected: .value)),
            ("+1", 0, .unexpectedByte(UInt8(ascii: "+"), expected: .value)),
            (".5", 0, .unexpectedByte(UInt8(ascii: "."), expected: .value)),
            ("\u{A0}1", 0, .unexpectedByte(0xC2, expected: .value)),
            ("01", 1, .invalidNumber),
            ("-x", 1, .invalidNumber),
            ("1.x", 2, .invalidNumber),
            ("1e+", 3, .unexpectedEnd),
            ("[1e+]", 4, .invalidNumber),
            ("nul1", 3, .invalidLiteral),
            ("truee", 4, .trailingBytes),
            ("1 1", 2, .trailingBytes),
            ("{} // done", 3, .trailingBytes),
            ("\u{FEFF}1", 0, .byteOrderMark),
            ("\"a\nb\"", 2, .controlCharacter(0x0A)),
            ("\"a\u{0}b\"", 2, .controlCharacter(0)),
            (#""\x""#, 2, .invalidEscape),
            (#""\u12g4""#, 5, .invalidEscape),
        ] as [(String, Int, JSONError.Reason)]
    )
    func invalidTextIsRefusedAtItsPlace(_ text: String, _ offset: Int, _ reason: JSONError.Reason) {
        let expected = JSONError(offset: offset, reason: reason)
        #expect(throws: expected) { try JSONParser.parse(text) }
        #expect(throws: expected) { try SplitterReference.split(Array(text.utf8), path: ["none"]) { 1 } }
    }

    @Test(
        arguments: [
            [0x80], [0xC3], [0xC0, 0xAF], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
            [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x82], [0xC3, 0xC3, 0xA9],
        ] as [[UInt8]]
    )
    func invalidUTF8IsRefusedWhereverItStands(_ sequence: [UInt8]) throws {
        for padding in 0..<70 {
            let text = Array("[\"".utf8) + Array(repeating: UInt8(ascii: "x"), count: padding) + sequence
            let document = text + Array("\"".utf8) + Array(repeating: UInt8(ascii: " "), count: 80) + Array("]".utf8)
            let error = try #require(throws: JSONError.self) { try JSONParser.parse(document) }
            #expect(error.reason == .invalidUTF8)
            #expect(throws: error) { try SplitterReference.split(document, path: []) { document.count } }
        }
    }

    @Test func nestingIsBounded() throws {
        let nested = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        #expect(try JSONParser.parse(nested(512)).jsonText == nested(512))
        let expected = JSONError(offset: 512, reason: .tooDeep(limit: 512))
        #expect(throws: expected) { try JSONParser.parse(nested(513)) }
        #expect(throws: expected) { try JSONParser.parse(nested(100_000)) }
        #expect(throws: expected) { try SplitterReference.split(Array(nested(100_000).utf8), path: []) { 4096 } }
    }

    @Test func sizeIsBounded() throws {
        let limits = JSONLimits(maxBytes: 4)
        #expect(try JSONParser.parse("1234", limits: limits) == 1234)
        #expect(throws: JSONError(offset: 4, reason: .tooLarge(limit: 4))) {
            try JSONParser.parse("12345", limits: limits)
        }
    }

    @Test func errorsReadWell() {
        let error = #expect(throws: JSONError.self) { try JSONParser.parse("[1}") }
        #expect(error?.description == "byte 2: expected ',' or ']', found '}'")
        let control = #expect(throws: JSONError.self) { try JSONParser.parse("\"\u{1}\"") }
        #expect(control?.description == "byte 1: a string contains an unescaped control character, byte 0x01")
    }
}
