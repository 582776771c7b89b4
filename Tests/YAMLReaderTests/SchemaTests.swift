import Testing
import YAMLReader

@Suite struct SchemaTests {
    static let cases: [(String, YAMLScalar.Resolution)] = [
        ("NO", .string), ("no", .string), ("on", .string), ("Off", .string), ("yes", .string), ("y", .string),
        ("true", .bool(true)), ("True", .bool(true)), ("TRUE", .bool(true)), ("tRUE", .string),
        ("false", .bool(false)), ("False", .bool(false)), ("FALSE", .bool(false)),
        ("null", .null), ("Null", .null), ("NULL", .null), ("~", .null), ("nULL", .string), ("none", .string),
        ("0", .integer), ("12", .integer), ("-12", .integer), ("+12", .integer), ("012", .integer), ("-0", .integer),
        ("0o14", .integer), ("0o8", .string), ("0o", .string), ("-0o1", .string), ("0xC", .integer),
        ("0xfF", .integer), ("0x", .string), ("0xG", .string), ("0b1", .string), ("1_000", .string),
        ("22:30", .string), ("1:2:3", .string), ("12345678901234567890123", .integer), ("+", .string),
        ("1.5", .float), ("1.", .float), (".5", .float), (".", .string), ("-.5", .float), ("+.", .string),
        ("1e3", .float), ("1E+3", .float), ("1.5e-3", .float), ("1e", .string), ("e1", .string), (".e1", .string),
        ("480.00", .float), ("1.2.3", .string), (".inf", .float), ("-.Inf", .float), ("+.INF", .float),
        ("inf", .string), (".iNF", .string), (".nan", .float), (".NaN", .float), (".NAN", .float), ("-.nan", .string),
        ("nan", .string), ("2026-11-24", .string), ("١٢", .string), ("=", .string), ("1 2", .string),
    ]

    @Test(arguments: cases)
    func plainScalarsFollowTheCoreSchema(text: String, resolution: YAMLScalar.Resolution) throws {
        let scalar = try #require(try read("- \(text)").value("0")?.scalar)
        #expect(scalar == YAMLScalar(text: text, resolution: resolution, style: .plain))
        #expect(scalar.isPlain)
    }

    @Test(arguments: ["'12'", "\"12\"", "|-\n  12", ">-\n  12", "! 12", "!!str 12"])
    func quotesBlocksAndTagsMakeStrings(source: String) throws {
        let scalar = try #require(try read("a: \(source)\n").value("a")?.scalar)
        #expect(scalar.text == "12")
        #expect(scalar.resolution == .string)
    }

    static let tagged: [(String, YAMLScalar.Resolution)] = [
        ("!!int \"12\"", .integer), ("!!float 1", .float), ("!!bool 'true'", .bool(true)), ("!!null ''", .null),
        ("!!str", .string), ("!<tag:yaml.org,2002:int> 3", .integer), ("&a !!str 1", .string), ("!!int &a 1", .integer),
    ]

    @Test(arguments: tagged)
    func coreTagsAreHonoured(source: String, resolution: YAMLScalar.Resolution) throws {
        #expect(try read("a: \(source)\n").value("a")?.scalar?.resolution == resolution)
    }

    @Test func nothingIsNull() throws {
        #expect(try read("a:\n").value("a")?.scalar == YAMLScalar(text: "", resolution: .null, style: .plain))
    }
}
