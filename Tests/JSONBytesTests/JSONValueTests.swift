import JSONBytes
import Testing

@Suite struct JSONValueTests {
    @Test(arguments: [
        (#""a""#, "a"), (#""\u0061""#, "a"), (#""\ud83d\uDE00""#, "😀"), (#""\ud83d""#, "\u{FFFD}"),
        (#""\ude00\ud83d!""#, "\u{FFFD}\u{FFFD}!"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        ("\"\u{301}e\"", "\u{301}e"), (#""""#, ""), (#""\u0000""#, "\0"),
    ])
    func stringsAreDecoded(_ lexeme: String, _ expected: String) throws {
        let text = try #require(try JSONParser.parse(lexeme).text)
        #expect(Array(text.unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test(arguments: ["", "plain", "a\"b\\c/d", "\u{0}\u{1F}\u{8}\t\n\u{C}\r", "देवी 🎉", "\u{301}", "\u{2028}\u{7F}"])
    func stringsAreWrittenWithTheFewestEscapes(_ text: String) throws {
        let string = JSONString(text)
        #expect(try JSONParser.parse(string.lexeme) == .string(string))
        #expect(Array(string.text.unicodeScalars) == Array(text.unicodeScalars))
        #expect(string.matches(text))
    }

    @Test func escapesAreMinimal() {
        #expect(JSONString("é/\u{7F}\u{1}\n\"\\").lexeme == "\"é/\u{7F}\\u0001\\n\\\"\\\\\"")
    }

    @Test func writtenFormDecidesEquality() throws {
        #expect(try JSONParser.parse(#""a""#) != JSONParser.parse(#""\u0061""#))
        #expect(try JSONParser.parse(#""a""#).isEquivalent(to: JSONParser.parse(#""\u0061""#)))
        // Canonically equivalent for Swift, different for JSON.
        #expect(JSONString("\u{E9}") != JSONString("e\u{301}"))
        #expect(!JSONString("\u{E9}").isEquivalent(to: JSONString("e\u{301}")))
        #expect(!JSONString("\u{E9}").matches("e\u{301}"))
    }

    @Test(arguments: [
        (#"{"a":1,"b":[2]}"#, #"{"b":[2.0],"a":1e0}"#, true),
        (#"{"a":1,"a":2}"#, #"{"a":2}"#, true),
        (#"{"a":1}"#, #"{"a":1,"b":1}"#, false),
        (#"{"a":1,"b":2}"#, #"{"a":1,"c":2}"#, false),
        ("[1,2]", "[2,1]", false),
        ("[1]", "[1,1]", false),
        ("null", "false", false),
        (#""1""#, "1", false),
        (#"{"\u00e9":1}"#, "{\"e\u{301}\":1}", false),
    ])
    func equivalenceIsThatOfJSONPath(_ left: String, _ right: String, _ expected: Bool) throws {
        let left = try JSONParser.parse(left)
        let right = try JSONParser.parse(right)
        #expect(left.isEquivalent(to: right) == expected)
        #expect(right.isEquivalent(to: left) == expected)
    }

    @Test func membersAreFoundByDecodedName() throws {
        let value = try JSONParser.parse(#"{"a":1,"\u0061":2,"b":null,"c":[true,"x"]}"#)
        #expect(value["a"] == 2)
        #expect(value["b"] == .null)
        #expect(value["d"] == nil)
        #expect(value["c"]?[1]?.text == "x")
        #expect(value["c"]?[0]?.boolValue == true)
        #expect(value["c"]?[2] == nil)
        #expect(value["c"]?[-1] == nil)
        #expect(value["c"]?["a"] == nil)
    }

    @Test func literalsBuildTrees() throws {
        let value: JSONValue = ["id": 1, "tags": ["a", true, .null], "sub": [:]]
        #expect(value.jsonText == #"{"id":1,"tags":["a",true,null],"sub":{}}"#)
        #expect(try JSONParser.parse(value.jsonText) == value)
        #expect(value.typeName == "object")
        #expect(value["tags"]?.elements?.map(\.typeName) == ["string", "boolean", "null"])
    }
}
