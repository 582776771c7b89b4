import JSONBytes
import Testing

@Suite struct JSONNumberTests {
    @Test(arguments: [
        "", "-", "01", "1.", ".1", "1e", "1e+", "+1", "0x1", "1 ", " 1", "1,", "--1", "NaN", "true", "\"1\"",
    ])
    func whatIsNoNumberIsRefused(_ lexeme: String) {
        #expect(JSONNumber(lexeme: lexeme) == nil)
    }

    @Test(arguments: [
        ("1", "1.0"), ("100", "1e2"), ("1.0e2", "100.000"), ("0", "-0.0e9"), ("0.001", "1E-3"), ("-5e-1", "-0.5"),
        ("12345678901234567890", "1234567890123456789e1"), ("0e999999999999999999999", "0"),
    ])
    func equalValuesAreEqual(_ left: String, _ right: String) throws {
        let left = try #require(JSONNumber(lexeme: left))
        let right = try #require(JSONNumber(lexeme: right))
        #expect(left.isNumericallyEqual(to: right))
        #expect(!left.isNumericallyLess(than: right))
        #expect(!right.isNumericallyLess(than: left))
        #expect(left != right)
    }

    @Test(arguments: [
        ("12345678901234567890", "12345678901234567891"), ("-1", "0"), ("-2", "-1"), ("-10", "-9.99"), ("9", "10"),
        ("0.1", "0.10000000000000000001"), ("1e308", "1e309"), ("1e999999999998", "1e999999999999"), ("0", "1e-400"),
        ("-1e400", "-1e399"), ("1e-999999999999999999999999", "1"), ("0.09", "0.1"), ("-1", "1e-5"),
    ])
    func smallerValuesAreLess(_ left: String, _ right: String) throws {
        let left = try #require(JSONNumber(lexeme: left))
        let right = try #require(JSONNumber(lexeme: right))
        #expect(left.isNumericallyLess(than: right))
        #expect(!right.isNumericallyLess(than: left))
        #expect(!left.isNumericallyEqual(to: right))
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("0.0", 0), ("1.0e2", 100), ("-12.50e1", -125), ("9223372036854775807", .max),
            ("-9223372036854775808", .min), ("-9223372036854775808.0", .min), ("9223372036854775808", nil),
            ("9223372036854775808.0", nil), ("1.5", nil), ("1e19", nil), ("1e999999999999999999999", nil),
            ("1e-1", nil),
        ] as [(String, Int?)]
    )
    func integersAreExact(_ lexeme: String, _ expected: Int?) throws {
        #expect(try #require(JSONNumber(lexeme: lexeme)).intValue == expected)
    }

    @Test func anIntegerIsItsOwnText() { #expect(JSONNumber(-7).lexeme == "-7") }
}
