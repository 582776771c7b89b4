import JSONBytes
import Testing

@Suite struct RecordSplitterTests {
    static func split(
        _ text: String,
        _ path: [String],
        limits: SplitterLimits = .standard
    ) throws -> (lines: [String], envelope: String, type: String?) {
        let split = try SplitterReference.split(Array(text.utf8), path: path, limits: limits) { text.utf8.count }
        let lines = String(decoding: split.output, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(split.summary.recordCount == lines.count)
        let envelope = String(decoding: split.summary.envelope, as: UTF8.self)
        return (lines, envelope, split.summary.selectedType)
    }

    @Test func recordsKeepTheirBytes() throws {
        let records = [
            #"{"id":1234567890123456789012345,"a":480.00,"a":1E+2}"#, #""\u0000 \ud800 \/ é देवी""#, "-0.0", "null",
            "[]", "{}", #"[{"z":[1,[2]]},"a, b ] }"]"#, #""""#,
        ]
        let text = #"{ "total" : 8 , "loans" : [ "# + records.joined(separator: " ,\n ") + #" ] , "next": null }"#
        let split = try Self.split(text, ["loans"])
        #expect(split.lines == records)
        #expect(split.envelope == #"{"total":8,"loans":[],"next":null}"#)
        #expect(split.type == "array")
    }

    @Test func whitespaceGoesOnlyOutsideOfStrings() throws {
        let split = try Self.split("[\r\n\t{ \"a b\" :\t[ 1 ,\n2 ] , \"c\":\" \\t \" }\n]", [])
        #expect(split.lines == [#"{"a b":[1,2],"c":" \t "}"#])
    }

    @Test(
        arguments: [
            (#"{"a":{"b":[1,2]}}"#, ["a", "b"], ["1", "2"], #"{"a":{"b":[]}}"#, "array"),
            (#"{"b":[9],"a":{"a":[8],"b":[1]}}"#, ["a", "b"], ["1"], #"{"b":[9],"a":{"a":[8],"b":[]}}"#, "array"),
            (
                #"{"x":{"a":{"b":[9]}},"a":{"b":[1]}}"#, ["a", "b"], ["1"], #"{"x":{"a":{"b":[9]}},"a":{"b":[]}}"#,
                "array"
            ),
            (#"{"\u0061":{"b":[1]}}"#, ["a", "b"], ["1"], #"{"\u0061":{"b":[]}}"#, "array"),
            (#"{"a":[]}"#, ["a"], [], #"{"a":[]}"#, "array"),
            (#"{"a":{}}"#, ["a"], [], #"{"a":{}}"#, "object"),
            (#"{"a":null}"#, ["a"], [], #"{"a":null}"#, "null"),
            (#"{"a":-1}"#, ["a"], [], #"{"a":-1}"#, "number"),
            (#"{"a":true}"#, ["a"], [], #"{"a":true}"#, "boolean"),
            (#"{"a":"b"}"#, ["a"], [], #"{"a":"b"}"#, "string"),
            (#"{"A":[1]}"#, ["a"], [], #"{"A":[1]}"#, nil),
            (#"{"a":[{"b":[1]}]}"#, ["a", "b"], [], #"{"a":[{"b":[1]}]}"#, nil),
            (#"[{"a":[1]}]"#, ["a"], [], #"[{"a":[1]}]"#, nil),
            ("[[1],[2]]", [], ["[1]", "[2]"], "[]", "array"),
            ("7", [], [], "7", "number"),
            (#"{"":[1]}"#, [""], ["1"], #"{"":[]}"#, "array"),
        ] as [(String, [String], [String], String, String?)]
    )
    func arrayIsFoundByItsPath(
        _ text: String,
        _ path: [String],
        _ records: [String],
        _ envelope: String,
        _ type: String?
    ) throws {
        let split = try Self.split(text, path)
        #expect(split.lines == records)
        #expect(split.envelope == envelope)
        #expect(split.type == type)
    }

    @Test(arguments: [
        (#"{"a":[1],"a":[2]}"#, ["a"], "a"),
        (#"{"a":1,"\u0061":[2]}"#, ["a"], "a"),
        (#"{"a":{"b":[1]},"a":{}}"#, ["a", "b"], "a"),
        (#"{"a":{"b":[1],"b":[1]}}"#, ["a", "b"], "b"),
    ])
    func duplicateOnThePathIsRefused(_ text: String, _ path: [String], _ name: String) {
        let error = #expect(throws: JSONError.self) { try Self.split(text, path) }
        #expect(error?.reason == .duplicatePathMember(name))
    }

    @Test func duplicateElsewhereIsKept() throws {
        let split = try Self.split(#"{"x":1,"x":2,"a":[{"a":1,"a":2}]}"#, ["a"])
        #expect(split.lines == [#"{"a":1,"a":2}"#])
        #expect(split.envelope == #"{"x":1,"x":2,"a":[]}"#)
    }

    @Test func cutDocumentsAreRefusedAtEveryByte() {
        let text = #"{"total":2,"loans":[{"id":1,"s":"a\u00e9é","n":-1.5e3},{"id":2,"ok":true}],"next":"x"}"#
        for count in 0..<text.utf8.count {
            let document = Array(text.utf8.prefix(count))
            let error = #expect(throws: JSONError.self) {
                try SplitterReference.split(document, path: ["loans"]) { 1000 }
            }
            #expect(error == JSONError(offset: count, reason: .unexpectedEnd))
        }
    }

    @Test func recordSizeIsBoundedToTheByte() throws {
        let record = #"{"text":""# + String(repeating: "x", count: 300) + #""}"#
        let text = "[1, \(record), \(record)]"
        let size = record.utf8.count
        #expect(try Self.split(text, [], limits: SplitterLimits(maxRecordBytes: size)).lines.count == 3)
        for chunk in [1, 70, 1000] {
            let error = #expect(throws: JSONError.self) {
                try SplitterReference.split(
                    Array(text.utf8),
                    path: [],
                    limits: SplitterLimits(maxRecordBytes: size - 1)
                ) { chunk }
            }
            #expect(error == JSONError(offset: 3 + size, reason: .recordTooLarge(limit: size - 1)))
        }
    }

    @Test func envelopeIsBounded() throws {
        let text = #"{"pad":""# + String(repeating: "x", count: 300) + #"","a":[1]}"#
        let size = text.utf8.count - 1
        #expect(try Self.split(text, ["a"], limits: SplitterLimits(maxEnvelopeBytes: size)).lines == ["1"])
        let error = #expect(throws: JSONError.self) {
            try Self.split(text, ["a"], limits: SplitterLimits(maxEnvelopeBytes: size - 1))
        }
        #expect(error?.reason == .envelopeTooLarge(limit: size - 1))
    }

    @Test func longNamesBesideThePathCostNoMemoryAndDoNotMatch() throws {
        let name = String(repeating: "a", count: 5000)
        let split = try Self.split(#"{"\#(name)":[1],"a":[2]}"#, ["a"])
        #expect(split.lines == ["2"])
    }

    @Test func failureStays() throws {
        var splitter = RecordSplitter(path: [])
        var output: [UInt8] = []
        let first = try #require(throws: JSONError.self) {
            try Array("[1}".utf8).withUnsafeBytes { try splitter.feed($0, into: &output) }
        }
        let second = try #require(throws: JSONError.self) {
            try Array("]".utf8).withUnsafeBytes { try splitter.feed($0, into: &output) }
        }
        #expect(first == second)
        #expect(throws: first) { try splitter.finish() }
    }

    @Test(arguments: [60, 63, 64, 65, 200, 511])
    func deepRecordsSurvive(_ depth: Int) throws {
        let record = String(repeating: #"{"a":["#, count: depth / 2) + "1.5" + String(repeating: "]}", count: depth / 2)
        let text = "[\(record),\(record),2]"
        for chunk in [1, 64, 10_000] {
            let split = try SplitterReference.split(Array(text.utf8), path: []) { chunk }
            #expect(String(decoding: split.output, as: UTF8.self) == "\(record)\n\(record)\n2\n")
        }
    }

    /// Every short text, at every place within a block, in the company of valid JSON.
    @Test(arguments: [
        "1", "-1.50", "true", "false", "null", #""é""#, #""\u00e9\\""#, "[]", "{}", #"{"a":1}"#, "0", "-0",
        "01", "-", ".5", "-.5", "1.", "1.2.3", "1.2.", "tru", "nulll", "true1", "false0.5", "truefalse", "1-", "-a",
        "1 2", "[1", "1]", "{]", "[}", #"{"a"}"#,
        "1e5", "0e0", "1E+5", "-1.50e-10", "1e", "1e+", "1.e5", "-e5", "e5", "1ee5", "1e+-5", "1e5e5", "1e5.5", "1e5+",
        "1+5", "+1", "1e05", "01e5", "[1e5,2]", "1 e5", "1e 5", "truee5", "1.5.e5",
        #"{"a":}"#, #"{"a":1,}"#, "{,}", "[,]", ",", ":", #""a":1"#, #"{1:2}"#, #"{"a":1 "b":2}"#, #""a""b""#, "\u{1}",
        #""\x""#, #""\u00g0""#, "\"\t\"", "é", "'a'", #"{"a":1:2}"#, #"{"a",1}"#, "[1:2]", #"["a":1]"#, "\\",
        #"{"a":[1,2}]"#,
    ])
    func blocksAgreeWithTheParserAtEveryPlace(_ text: String) { expectAgreement(Array(text.utf8)) }

    /// UTF-8 at its limits and beyond them (RFC 3629, section 4), at every place within a block.
    @Test(
        arguments: [
            [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xEF, 0xBF, 0xBF],
            [0xF0, 0x90, 0x80, 0x80],
            [0xF4, 0x8F, 0xBF, 0xBF],
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x7F], [0xC2, 0xC2, 0x80], [0xC2, 0x80, 0x80],
            [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xE1, 0x80], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
            [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF1, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF],
        ] as [[UInt8]]
    )
    func blocksAgreeWithTheParserOnUTF8(_ sequence: [UInt8]) {
        expectAgreement([UInt8(ascii: "\"")] + sequence + [UInt8(ascii: "\"")])
    }

    /// Puts `text` among valid JSON, at every place within a block of the first few, and holds the splitter to the
    /// parser.
    private func expectAgreement(_ text: [UInt8]) {
        for padding in 0..<66 {
            let before = "[\"" + String(repeating: "x", count: padding) + "\","
            for space in ["", " ", "\n  "] {
                let after = space + "," + String(repeating: "7,", count: 70) + "8]"
                let document = Array((before + space).utf8) + text + Array(after.utf8)
                let expected = SplitterReference(document, path: [])
                let actual = Result { () throws(JSONError) in
                    try SplitterReference.split(document, path: []) { document.count }
                }
                #expect((try? actual.get()) == expected, "\(padding)")
            }
        }
    }
}
