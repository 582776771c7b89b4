import JSONBytes
import JobExecution
import Testing

@Suite struct CSVColumnTypeTests {
    @Test(arguments: [
        (CSVColumnType.number, "25.00", "25.00"), (.number, "-0", "-0"), (.number, "1E+2", "1E+2"),
        (.number, "12345678901234567890123456789.10", "12345678901234567890123456789.10"),
        (.integer, "0", "0"), (.integer, "-12", "-12"), (.integer, "9999999999999999999999", "9999999999999999999999"),
        (.boolean, "true", "true"), (.boolean, "false", "false"),
        (.string, "007", "\"007\""), (.string, "", "\"\""), (.string, "true", "\"true\""),
        (.json, "[1.0, null]", "[1.0,null]"), (.json, "{}", "{}"), (.json, "25.00", "25.00"),
    ])
    func keepsWhatItAccepts(type: CSVColumnType, text: String, expected: String) {
        #expect(type.value(of: text)?.jsonText == expected)
    }

    @Test(arguments: [
        (
            CSVColumnType.number,
            [
                "", "+5", "1,000", " 5 ", "5 ", "\t5", ".5", "5.", "007", "-", "1e", "0x10", "NaN", "Infinity", "５",
                "1_000", "--1", "1\n",
            ]
        ),
        (.integer, ["", "+5", "1.0", "1e2", "01", "-", "1-2", "1-", "５", " 1"]),
        (.boolean, ["", "True", "TRUE", "1", "0", "yes", "true ", "t"]),
        (.json, ["", "{", "'a'", "1 2", "NaN", "\u{FEFF}1"]),
    ])
    func refusesAllElse(type: CSVColumnType, texts: [String]) {
        for text in texts { #expect(type.value(of: text) == nil, "\(type) \(text.debugDescription)") }
    }

    @Test func typesByColumn() throws {
        let text = "id,amount,count,open,tags\n007,25.00,3,true,\"[\"\"a\"\"]\"\n\"8\",\"-1e3\",\"0\",\"false\",{}\n"
        let types: [String: CSVColumnType] = ["amount": .number, "count": .integer, "open": .boolean, "tags": .json]
        #expect(
            try readCSV(Array(text.utf8), columns: types) == [
                #"{"id":"007","amount":25.00,"count":3,"open":true,"tags":["a"]}"#,
                #"{"id":"8","amount":-1e3,"count":0,"open":false,"tags":{}}"#,
            ]
        )
    }

    @Test(arguments: [
        ("id,amount\n1,+5\n", #"2:3: `amount` is "+5", not a number"#),
        ("id,amount\n1,2\nx,\"1,000\"\n", #"3:3: `amount` is "1,000", not a number"#),
        ("id,amount\n1,\n", "2:3: `amount` is empty, not a number"),
        ("id,amount\n\"a\nb\", 5 \n", #"3:4: `amount` is " 5 ", not a number"#),
        (
            "id,amount\n1,\(String(repeating: "x", count: 100))\n",
            "2:3: `amount` is \"\(String(repeating: "x", count: 40))…\", not a number"
        ),
        ("id,amount\n1,\u{1B}[2J\n", #"2:3: `amount` is "\u001b[2J", not a number"#),
    ])
    func tellsWhereAFieldIsNotOfItsType(text: String, expected: String) throws {
        let message = try #require(complaint { _ = try readCSV(Array(text.utf8), columns: ["amount": .number]) })
        let parts = message.split(separator: " | ")
        #expect(parts.first.map(String.init) == expected)
        #expect(parts.last?.contains("take the type of `amount` away") == true)
    }

    @Test(arguments: [
        ("id,amount\n", "amonut", "did you mean `amount`?"),
        ("id,Loan Amount\n", "loan_amount", "did you mean `Loan Amount`?"),
        ("id,amount\n", "zzzzzz", "the columns are `id`, `amount`"),
        ("id;amount\n", "amount", "is the delimiter `;`?"),
        ("id\tamount\n", "amount", "is the delimiter a tab?"),
        (
            "a,b,c,d,e,f,g,h,i,j,k,l\n", "zzzzzz",
            "the columns are `a`, `b`, `c`, `d`, `e`, `f`, `g`, `h`, `i`, `j` and 2 more"
        ),
    ])
    func refusesTypesOfUnknownColumns(text: String, name: String, help: String) {
        let message = complaint { _ = try readCSV(Array(text.utf8), columns: [name: .number]) }
        #expect(message == "1: there is no column `\(name)` | \(help)")
    }
}
