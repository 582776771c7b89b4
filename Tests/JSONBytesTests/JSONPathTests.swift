import JSONBytes
import Testing

@Suite struct JSONPathTests {
    @Test(
        arguments: [
            ("$[*]", []), ("$.*", []), ("$.loans[*]", ["loans"]), ("$.a.b.*", ["a", "b"]),
            (#"$['a']["b"][*]"#, ["a", "b"]), (#"$['\u0061 b'] [ * ]"#, ["a b"]),
            ("$", nil), ("$.a", nil), ("$..a[*]", nil), ("$.a..*", nil), ("$.a[0][*]", nil), ("$.*[*]", nil),
            ("$['a','b'][*]", nil), ("$.a[*,*]", nil), ("$.a[*].b", nil), ("$.a[?@.b]", nil), ("$.a[0:]", nil),
        ] as [(String, [String]?)]
    )
    func streamingPathIsOnlyForPlainSelectors(_ query: String, _ expected: [String]?) throws {
        #expect(try JSONPath(query).streamingPath == expected)
    }

    @Test(arguments: [
        ("$", true), ("$.a[0]['b']", true), ("$.a[-1]", true), ("$.*", false), ("$..a", false), ("$[0,1]", false),
    ])
    func singularQueriesAreKnown(_ query: String, _ expected: Bool) throws {
        #expect(try JSONPath(query).isSingular == expected)
    }

    @Test(arguments: [
        ("", 0, "a query starts with '$'"),
        ("loans", 0, "a query starts with '$'"),
        ("$loans", 1, "expected '.', '..' or '[' here, or the end of the query"),
        ("$.", 2, "expected a member name or '*' after the dot"),
        ("$.a ", 3, "expected '.', '..' or '[' here, or the end of the query"),
        ("$[", 2, "expected a name in quotes, '*', an index, a slice or a filter ('?')"),
        ("$[01]", 2, "an integer has neither leading zeros nor a negative zero"),
        ("$[9007199254740992]", 2, "an integer is at most 2^53 - 1"),
        ("$['é", 2, "this string is not closed"),
        ("$['é'", 6, "expected ',' or ']'"),
        ("$[?size(@)>1]", 3, "there is no function 'size'; known ones: length, count, match, search, value"),
        ("$[?length(@)]", 3, "the result of length() has to be compared with something"),
        ("$[?@.*==1]", 3, "only a query for a single node can be compared"),
        ("$[?count(1)==1]", 9, "count() takes a query here"),
        ("$[?match(@)]", 3, "match() takes 2 argument(s)"),
    ])
    func mistakesAreExplainedAtTheirPlace(_ query: String, _ offset: Int, _ message: String) {
        #expect(throws: JSONPathError(offset: offset, message: message)) { try JSONPath(query) }
    }

    @Test func nestingOfQueriesIsBounded() {
        for open in ["(", "!(", "@[?"] {
            let query = "$[?" + String(repeating: open, count: 100_000)
            #expect(throws: JSONPathError.self) { try JSONPath(query) }
        }
        let calls = "$[?" + String(repeating: "length(", count: 100_000)
        #expect(throws: JSONPathError.self) { try JSONPath(calls) }
    }

    @Test func hostileQueriesEndByTheirBudget() throws {
        let depth = 200
        let nested = String(repeating: "[1,", count: depth) + "1" + String(repeating: "]", count: depth)
        let value = try JSONParser.parse(nested)
        let path = try JSONPath("$" + String(repeating: "..*", count: 12))
        let error = #expect(throws: JSONPathError.self) { try path.values(in: value, budget: 100_000) }
        #expect(error?.message == "the query was given up after 100000 steps: it selects too much")
        #expect(try JSONPath("$..*").values(in: value, budget: 100_000).count == 2 * depth)
        let filters = try JSONPath("$..[?@..[?@..[?@..*]]]")
        #expect(throws: JSONPathError.self) { try filters.values(in: value, budget: 100_000) }
    }

    @Test func duplicateMembersAreReadAsTheLastOne() throws {
        let value = try JSONParser.parse(#"{"a":1,"a":2}"#)
        #expect(try JSONPath("$.a").values(in: value) == [2])
        #expect(try JSONPath("$.*").values(in: value) == [1, 2])
    }

    @Test func numbersAreComparedExactly() throws {
        let value = try JSONParser.parse("[12345678901234567890, 12345678901234567891, 1.0, 0.1]")
        #expect(
            try JSONPath("$[?@ == 12345678901234567891]").values(in: value).map(\.jsonText) == ["12345678901234567891"]
        )
        #expect(try JSONPath("$[?@ == 1]").values(in: value).map(\.jsonText) == ["1.0"])
        #expect(try JSONPath("$[?@ < 0.10000000000000000001]").values(in: value).map(\.jsonText) == ["0.1"])
    }

    @Test func pathsAreEqualIfWrittenAlike() throws {
        #expect(try JSONPath("$.a") == JSONPath("$.a"))
        #expect(try JSONPath("$.a") != JSONPath("$['a']"))
        #expect(try JSONPath("$.a").description == "$.a")
    }
}
