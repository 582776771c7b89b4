import JSONBytes
import Testing

/// I-Regexp (RFC 9485) through JSONPath's `match` and `search`.
@Suite struct RegexpTests {
    static func holds(_ function: String, _ pattern: String, _ text: String) throws -> Bool {
        let value: JSONValue = [["t": .string(text), "p": .string(pattern)]]
        return try !JSONPath("$[?\(function)(@.t, @.p)]").values(in: value).isEmpty
    }

    @Test(arguments: [
        ("", "", true), ("a", "a", true), ("a", "ab", false), ("a|b", "b", true), ("a|b|cd", "cd", true),
        ("|a", "", true), ("a*", "aaa", true), ("a+", "", false), ("a?b", "b", true), ("(ab)+", "abab", true),
        ("a{3}", "aaa", true), ("a{3}", "aa", false), ("a{2,}", "aaaa", true), ("a{2,}", "a", false),
        ("a{1,3}", "aaaa", false), ("a{0}", "", true), ("(a*)*", "aaa", true), ("(a|b)*c", "ababc", true),
        (".", "\n", false), (".", "🎉", true), ("..", "🎉", false), ("[a-c]+", "abc", true), ("[^a-c]", "d", true),
        ("[^a-c]", "b", false), ("[-a]", "-", true), ("[a-]", "-", true), (#"[\]\-\\]+"#, #"]-\"#, true),
        (#"\p{Lu}\p{Ll}+"#, "Élan", true), (#"\p{L}+"#, "देव", false), (#"[\p{L}\p{M}]+"#, "देवी", true),
        (#"\P{N}"#, "7", false), (#"\p{Nd}+"#, "४२", true), (#"[^\p{P}]"#, "!", false), (#"\p{Zs}"#, " ", true),
        (#"\p{Sc}\d"#, "$1", false), (#"\p{Sc}"#, "€", true), (#"\."#, "x", false), (#"\n\t"#, "\n\t", true),
        ("^ab$", "ab", true), ("a^b", "ab", false),
    ])
    func matchTakesTheWholeText(_ pattern: String, _ text: String, _ expected: Bool) throws {
        #expect(try Self.holds("match", pattern, text) == expected)
    }

    @Test(arguments: [
        ("b", "abc", true), ("^b", "abc", false), ("c$", "abc", true), ("b$", "abc", false), ("", "abc", true),
        ("x", "abc", false), ("b.+d", "abcd", true), ("^$", "", true), ("^$", "a", false), ("a|^c", "bca", true),
    ])
    func searchTakesAnyPart(_ pattern: String, _ text: String, _ expected: Bool) throws {
        #expect(try Self.holds("search", pattern, text) == expected)
    }

    @Test(arguments: [
        "(", ")", "a)", "[", "[]", "[b-a]", "[a", "*", "a**", "+", "?", "{", "a{", "a{1", "a{2,1}", "a{,1}", "}", "]",
        #"\"#, #"\d"#, #"\w"#, #"\1"#, #"\p{Xx}"#, #"\p{L"#, #"\pL"#, #"\p{IsBasicLatin}"#, "(?:a)", "a{9999999}",
        "(a{1000}){1000}", "((){999999}){999999}x{99999}",
    ])
    func whatIsNoRegexpMatchesNothing(_ pattern: String) throws {
        for text in ["", "a", pattern] {
            #expect(try !Self.holds("search", pattern, text))
        }
    }

    @Test func hostilePatternsTakeLinearTime() throws {
        let text = String(repeating: "a", count: 2000)
        #expect(try !Self.holds("match", "(a*)*(a|a)*(a+)+b", text))
        #expect(try Self.holds("match", "(a?){200}a{200}", String(repeating: "a", count: 200)))
        #expect(try !Self.holds("search", "(((((a*)*)*)*)*)*b", text))
        #expect(try !Self.holds("match", String(repeating: "(", count: 100_000), "a"))
    }

    @Test func workOfRegexpsCountsAgainstTheBudget() throws {
        let value: JSONValue = [.string(String(repeating: "a", count: 10_000))]
        let path = try JSONPath("$[?match(@, '(a{1,50}){1,50}b')]")
        #expect(throws: JSONPathError.self) { try path.values(in: value, budget: 10_000) }
    }
}
