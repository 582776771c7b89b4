import Diagnostics
import Testing

@Suite struct SuggestionTests {
    private static let keys = [
        "steps", "scopes", "for_each", "max_pages", "method", "path", "params", "name", "id", "if",
    ]

    static let cases: [(name: String, expected: String?)] = [
        ("staps", "steps"), ("step", "steps"), ("stpes", "steps"), ("scope", "scopes"), ("forEach", "for_each"),
        ("for-each", "for_each"), ("foreach", "for_each"), ("Method", "method"), ("maxpages", "max_pages"),
        ("max_page", "max_pages"), ("parms", "params"), ("nmae", "name"), ("ID", "id"), ("xyz", nil), ("", nil),
        ("of", nil), ("steps", nil), (String(repeating: "steps", count: 1_000), nil),
    ]

    @Test(arguments: cases)
    func theClosestNameIsFound(name: String, expected: String?) {
        #expect(Suggestion.closest(to: name, in: Self.keys) == expected)
    }

    @Test func tiesGoToTheFirstInTheAlphabet() {
        #expect(Suggestion.closest(to: "cat", in: ["hat", "bat"]) == "bat")
        #expect(Suggestion.closest(to: "cat", in: Set(["bat", "hat"])) == "bat")
    }

    @Test func helpIsASentence() {
        #expect(Suggestion.help(for: "staps", in: Self.keys) == "did you mean `steps`?")
        #expect(Suggestion.help(for: "xyz", in: Self.keys) == nil)
        #expect(Suggestion.help(for: "x", in: []) == nil)
    }
}
