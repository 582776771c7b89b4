import JSONBytes
import JobExecution
import Testing

@Suite struct CSVItemsTests {
    @Test(arguments: [
        // RFC 4180, section 2, rule by rule.
        ("a,b\r\n1,2\r\n", [#"{"a":"1","b":"2"}"#]),
        ("a,b\r\n1,2", [#"{"a":"1","b":"2"}"#]),
        ("a,b\n1,2\n3,4\n", [#"{"a":"1","b":"2"}"#, #"{"a":"3","b":"4"}"#]),
        ("a,b\r1,2\r3,4\r", [#"{"a":"1","b":"2"}"#, #"{"a":"3","b":"4"}"#]),
        ("a,b\r1,2\r\n3,4\n5,6", [#"{"a":"1","b":"2"}"#, #"{"a":"3","b":"4"}"#, #"{"a":"5","b":"6"}"#]),
        ("a,b\n 1 , 2 \n", [#"{"a":" 1 ","b":" 2 "}"#]),
        ("\"a\",\"b\"\n\"1\",2\n", [#"{"a":"1","b":"2"}"#]),
        ("a,b\n\"1\r\n1\",\"x,\"\"y\"\"\"\n", [#"{"a":"1\r\n1","b":"x,\"y\""}"#]),
        ("a\n\"\"\"\"\n\"\"\"\"\"\"\n", [#"{"a":"\""}"#, #"{"a":"\"\""}"#]),
        ("a,b,c\n,,\n\"\",,\"\"\n", [#"{"a":"","b":"","c":""}"#, #"{"a":"","b":"","c":""}"#]),
        ("a,b\n1,\n", [#"{"a":"1","b":""}"#]),
        ("a,b\n1,", [#"{"a":"1","b":""}"#]),
        ("a\n\"1\"", [#"{"a":"1"}"#]),
        ("a\n\"1\"\r", [#"{"a":"1"}"#]),
        // A byte order mark goes, once.
        ("\u{FEFF}a\n1\n", [#"{"a":"1"}"#]),
        ("\u{FEFF}\u{FEFF}a\n1\n", ["{\"\u{FEFF}a\":\"1\"}"]),
        ("\u{FEFF}\"a\"\n\u{FEFF}1\n", ["{\"a\":\"\u{FEFF}1\"}"]),
        // Blank lines are no rows; an empty quoted field and spaces are.
        ("\n\r\n\ra\n\n1\n\r\n\r\n2\n\n", [#"{"a":"1"}"#, #"{"a":"2"}"#]),
        ("a\n\"\"\n \n", [#"{"a":""}"#, #"{"a":" "}"#]),
        // Nothing but a header.
        ("a,b", []),
        ("a,b\n", []),
        ("a,b\r\n\r\n", []),
        // Other scripts, escapes, and names that need them.
        ("naïve,\"a\"\"b\"\n日本,\\t\u{7F}\u{1}\n", ["{\"naïve\":\"日本\",\"a\\\"b\":\"\\\\t\u{7F}\\u0001\"}"]),
        ("e\u{301}\n\u{301}x\n", ["{\"e\u{301}\":\"\u{301}x\"}"]),
        // The order of the header stays.
        ("z,a,m\n1,2,3\n", [#"{"z":"1","a":"2","m":"3"}"#]),
    ])
    func reads(text: String, expected: [String]) throws {
        #expect(try readCSV(Array(text.utf8)) == expected)
    }

    @Test(arguments: [
        ("a,b\n1,2,3\n", "2: row has 3 fields, the header has 2 | put fields that contain the delimiter in quotes"),
        (
            "a,b\n\"x\ny\",2\n1\n",
            "4: row has 1 field, the header has 2 "
                + "| write an empty field for a value that is missing: the delimiters stay"
        ),
        ("", "1: there is no header | the first row must name the columns"),
        ("\u{FEFF}", "1: there is no header | the first row must name the columns"),
        ("\n\r\n", "3: there is no header | the first row must name the columns"),
        ("a,,b\n", "1: column 2 has no name | the first row must name every column"),
        ("a,b,\n", "1: column 3 has no name | the first row must name every column"),
        ("a,b,a\n", "1: columns 1 and 3 are both called `a` | give every column a name of its own"),
        (
            "a\nx\"y\n",
            "2:2: there is a quote inside a field that does not start with one "
                + "| put the whole field in quotes and double the quotes in it: `\"5\"\" pipe\"`"
        ),
        (
            "a,b\né, \"y\"\n",
            "2:4: there is a quote inside a field that does not start with one "
                + "| put the whole field in quotes and double the quotes in it: `\"5\"\" pipe\"`"
        ),
        (
            "a\n\"x\" \n",
            "2:4: there is text after the closing quote of a field | double the quotes inside a quoted field: `\"\"`"
        ),
        (
            "a,b\n1,2\n3,\"x\n4,5\n6,7\n",
            "3:3: this quote is never closed | close it with `\"`, and double the quotes inside the field: `\"\"`"
        ),
        (
            "a,b\n\"1\r\n2\r3\n4\",\"",
            "5:4: this quote is never closed | close it with `\"`, and double the quotes inside the field: `\"\"`"
        ),
        (
            "a\n1\0\n",
            "2:2: there is a NUL byte in the text | is this a CSV file, and in UTF-8? UTF-16 looks like this"
        ),
        (
            "a\n\"1\n\0\"\n",
            "3:1: there is a NUL byte in the text | is this a CSV file, and in UTF-8? UTF-16 looks like this"
        ),
    ])
    func refuses(text: String, expected: String) {
        #expect(complaint { _ = try readCSV(Array(text.utf8)) } == expected)
    }

    @Test(arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82]])
    func refusesWhatIsNotUTF8(bytes: [UInt8]) throws {
        let rows = Array("a,b\n1,2\n3,".utf8) + bytes + Array("\n".utf8)
        let message = try #require(complaint { _ = try readCSV(rows) })
        #expect(message.hasPrefix("3:3: the field contains bytes that are not UTF-8 | save the file as UTF-8"))
        #expect(try #require(complaint { _ = try readCSV(bytes) }).hasPrefix("1:1: the field contains bytes"))
    }

    @Test func theSameErrorComesAgain() throws {
        let file = try TemporaryFile("a,b\n1,2\n3\n4,5\n")
        var items = try CSVItems(path: file.path)
        #expect(try items.next() != nil)
        var errors: [InputError] = []
        for _ in 0..<3 {
            do throws(InputError) {
                _ = try items.next()
            } catch {
                errors.append(error)
            }
        }
        #expect(errors.count == 3)
        #expect(Set(errors).count == 1)
        #expect(errors.first?.description == "\(file.path):3: row has 1 field, the header has 2")
    }

    @Test func tellsTheLineOfEachItem() throws {
        let file = try TemporaryFile("\na,b\n1,2\n\n\"3\n\r\n\r\",4\n5,6")
        var items = try CSVItems(path: file.path)
        #expect(items.columns == ["a", "b"])
        var lines = [items.line]
        while try items.next() != nil { lines.append(items.line) }
        #expect(lines == [2, 3, 5, 9])
    }

    @Test(arguments: [";", "\t", "|"])
    func splitsAtAnotherDelimiter(delimiter: String) throws {
        let byte = try #require(delimiter.utf8.first)
        let text = "a\(delimiter)b\n1,0\(delimiter)\"x\(delimiter)y\"\n"
        let items = try readCSV(Array(text.utf8), delimiter: byte)
        #expect(
            items == [
                JSONValue.object([JSONMember("a", .string("1,0")), JSONMember("b", .string("x\(delimiter)y"))]).jsonText
            ]
        )
    }

    @Test(arguments: [0, 0x0A, 0x0D, 0x22, 0x80, 0xFF] as [UInt8])
    func refusesDelimitersThatAreNone(delimiter: UInt8) throws {
        let message = try #require(complaint { _ = try readCSV([], delimiter: delimiter) })
        #expect(message.hasPrefix(": the delimiter can't be"))
    }

    @Test(arguments: 1...40)
    func holdsToItsLimits(chunkBytes: Int) throws {
        let limits = InputLimits(maxFieldBytes: 8, maxRowBytes: 20, maxColumns: 4, chunkBytes: chunkBytes)
        func message(_ text: String) -> String? { complaint { _ = try readCSV(Array(text.utf8), limits: limits) } }
        #expect(message("a,b\n12345678,\"12345678\"\n") == nil)
        #expect(message("abc\n\"12345678\"") == nil)
        #expect(message("abcd\n\"12345678\"\r\n1\n") == nil)
        #expect(message("a,b,c,d\n12345,123,1234,12345\r\n") == nil)
        #expect(
            message("a,b\n1,123456789\n") == "2:3: the field is longer than 8 bytes | is the delimiter the right one?"
        )
        #expect(
            message("a,b\n1,\"123456789\"")
                == "2:3: the quoted field is longer than 8 bytes | is its closing quote missing?"
        )
        #expect(
            message("a\n\"" + String(repeating: "\n", count: 100))
                == "2:1: the quoted field is longer than 8 bytes | is its closing quote missing?"
        )
        #expect(
            message("a,b,c,d\n12345,12345,12345,12345\n") == "2: the row is longer than 20 bytes | is this a CSV file?"
        )
        #expect(message("a,b,c,d\n") == nil)
        #expect(message("a,b,c,d,e\n") == "1:9: the row has more than 4 fields | is this a CSV file?")
    }
}
