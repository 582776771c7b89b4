import JSONBytes
import JobExecution
import Testing

@Suite struct NDJSONItemsTests {
    @Test(arguments: [
        ("", []),
        ("{\"a\":1.00}\n", [#"{"a":1.00}"#]),
        ("{\"a\":1}", [#"{"a":1}"#]),
        ("1\r\n\"x\"\r\n\r\n \t\n\nnull\n[]\n", ["1", "\"x\"", "null", "[]"]),
        ("\u{FEFF}1\n", ["1"]),
        ("\u{FEFF}", []),
        (" {\"b\":1, \"a\":\"\\u0061\",\"b\":2} \n", [#"{"b":1,"a":"\u0061","b":2}"#]),
    ])
    func reads(text: String, expected: [String]) throws {
        for chunk in [1, 2, 3, 7, 1 << 16] {
            #expect(try readNDJSON(Array(text.utf8), limits: InputLimits(chunkBytes: chunk)) == expected)
        }
    }

    @Test(arguments: [
        ("1\n{\"é\":x}\n", "2:6: the line is not JSON: expected a value, found 'x'"),
        ("\n\n{\n", "3:2: the line is not JSON: the JSON ends before it is complete"),
        ("1 2\n", "1:3: the line is not JSON: more bytes follow after the end of the JSON value"),
        ("1\n\u{FEFF}2\n", "2:1: the line is not JSON: the JSON starts with a byte order mark, which is not allowed"),
        ("\"a\u{1}\"\n", "1:3: the line is not JSON: a string contains an unescaped control character, byte 0x01"),
    ])
    func refusesWhatIsNotJSON(text: String, expected: String) {
        let message = complaint { _ = try readNDJSON(Array(text.utf8)) }
        #expect(message == expected + " | each line must hold one JSON value, and all of it")
    }

    @Test func takesOneMemberOfEachLine() throws {
        let text = "{\"reason\":\"x\",\"item\":{\"amount\":25.00}}\n\n{\"item\":null}\n{\"item\":1,\"item\":2}\n"
        #expect(try readNDJSON(Array(text.utf8), field: "item") == [#"{"amount":25.00}"#, "null", "2"])
    }

    @Test(arguments: [
        ("{\"item\":1}\n{\"itme\":1}\n", "2: the object has no member `item` | did you mean `itme`?"),
        ("{}\n", "1: the object has no member `item`"),
        ("[1]\n", "1: the line holds JSON of the type array, not an object with a member `item`"),
    ])
    func refusesLinesWithoutTheMember(text: String, expected: String) {
        #expect(complaint { _ = try readNDJSON(Array(text.utf8), field: "item") } == expected)
    }

    @Test func holdsToItsLimit() throws {
        for chunk in [1, 5, 100] {
            let limits = InputLimits(maxRowBytes: 8, chunkBytes: chunk)
            #expect(
                try readNDJSON(Array("12345678\r\n1\n".utf8.filter { $0 != 0x0D }), limits: limits) == [
                    "12345678", "1",
                ]
            )
            let message = complaint { _ = try readNDJSON(Array("1\n123456789\n".utf8), limits: limits) }
            #expect(message == "2: the line is longer than 8 bytes | is this an NDJSON file?")
        }
    }

    @Test func tellsTheLineOfEachItem() throws {
        let file = try TemporaryFile("\n1\n\n2\n3")
        var items = try NDJSONItems(path: file.path)
        var lines = [items.line]
        while try items.next() != nil { lines.append(items.line) }
        #expect(lines == [0, 2, 4, 5])
    }

    @Test func theSameErrorComesAgain() throws {
        let file = try TemporaryFile("1\nx\n2\n")
        var items = try NDJSONItems(path: file.path)
        #expect(try items.next()?.intValue == 1)
        #expect(throws: InputError.self) { _ = try items.next() }
        #expect(throws: InputError.self) { _ = try items.next() }
    }
}
