import Diagnostics
import Testing
import YAMLReader

@Suite struct SyntaxAdviceTests {
    /// Mistakes that people make: the code, the source with the marked place, and a part of the help.
    static let mistakes: [(code: String, marked: String, help: String)] = [
        ("unclosed-quote", "a: «\"»foo\nb: 1\n", "add the closing `\"`"),
        ("unclosed-quote", "a: «'»foo", "add the closing `'`"),
        ("unclosed-quote", "a: «\"»x\n---\nb\"\n", "add the closing"),
        ("text-after-quote", "a: 'it'«s'»\n", "`'it''s'`"),
        ("text-after-quote", "a: \"foo\nb: \"«bar\"»\n", "is the closing quote missing on line 1?"),
        ("text-after-quote", "a: \"${{ vars[\"«x\"] }}\"»\n", "single quotes"),
        ("text-after-quote", "a: [\"x\" «y]»\n", "single quotes"),
        ("needs-quotes", "a: «@foo»\n", "write `\"@foo\"`"),
        ("needs-quotes", "a: «`x`» \n", "write `\"`x`\"`"),
        ("needs-quotes", "a: «%x»\n", "write `\"%x\"`"),
        ("needs-quotes", "a: «*/*»\n", "write `\"*/*\"`"),
        ("needs-quotes", "a: «& \"b\"»\n", "write `'& \"b\"'`"),
        ("needs-quotes", "a: «? b»\n", "write `\"? b\"`"),
        ("needs-quotes", "a: «, x»\n", "write `\", x\"`"),
        ("unknown-tag", "a: «!f!x y»\n", "write `\"!f!x y\"`"),
        ("bad-escape", "a: \"C:«\\d»\"\n", "single quotes"),
        ("bad-escape", "a: \"«\\x»z\"\n", "2 digits"),
        ("bad-escape", "a: \"«\\ud83d»\\ude00\"\n", "\\U0001F600"),
        ("bad-block-text", "a: | «text»\n", "next line"),
        ("bad-block-text", "a: >«x»\n", "begin with `>`"),
        ("bad-directive", "«%x: 1»\n", "quotes"),
        ("unsupported-version", "«%YAML 2.0»\n---\na: 1\n", "%YAML 1.2"),
        ("missing-space", "name: x\nmethod«:»GET\npath: y\n", "write `method: GET`"),
        ("missing-space", "a:\n  b«:»1\n  c: 2\n", "write `b: 1`"),
        ("missing-space", "- b«:»1\n  c: 2\n", "write `b: 1`"),
        ("missing-colon", "a: 1\n«foo»\nb: 2\n", "write `foo: …`"),
        ("missing-colon", "«foo»\nbar: x\n", "write `foo: …`"),
        ("tab-indentation", "a:\n«\t»b: 1\n", "use spaces"),
        ("tab-indentation", "a:\n  b: 1\n«\t»c: 2\n", "use spaces"),
        ("tab-indentation", "a: |\n«\t\t»x\n", "use spaces"),
        ("second-colon", "a: b«:» c\n", "write `\"b: c\"`"),
        ("second-colon", "a: \"x\"«:» y\n", "begin it on the next line"),
        ("second-colon", "a: ${{ b }}«:» c\n", "write `\"${{ b }}: c\"`"),
        ("template-needs-quotes", "a: «${{ b ? 'x' : 'y' }}»\n", "write `\"${{ b ? 'x' : 'y' }}\"`"),
        ("template-needs-quotes", "a: [«${{ item }}»]\n", "write `\"${{ item }}\"`"),
        ("template-needs-quotes", "a: { b: «${{ x[\"y\"] }}» }\n", "write `'${{ x[\"y\"] }}'`"),
        ("unexpected-dash", "a: «- b»\n", "a line of its own"),
        ("bad-indentation", "a: x\n  «b»: y\n", "align"),
        ("bad-indentation", "a:\n    b: 1\n  «c: 2»\n", "align"),
        ("bad-indentation", "a:\n  - x\n «- y»\n", "align"),
        ("bad-indentation", "- a\n«b: 1»\n", "align"),
        ("bad-indentation", "a: 1\n«- b»\n", "align"),
        ("unclosed-bracket", "a: «[»1, 2", "add the closing `]`"),
        ("unclosed-bracket", "a: [1, «[»\n", "add the closing `]`"),
        ("unclosed-bracket", "a: «{»b: 1\n", "add the closing `}`"),
        ("unclosed-bracket", "a: [1, 2\n«b»: 3\n", "close the list with `]`"),
        ("unclosed-bracket", "a: {b: 1\n«c»: 2\n", "close the mapping with `}`"),
        ("unclosed-bracket", "a: [1 2«}»\n", "close the list with `]`"),
        ("unexpected-bracket", "a: «]»\n", "remove it"),
        ("missing-value", "a: [b, «,» c]\n", "remove the `,`"),
        ("text-after-bracket", "a: {b: 1}«/c»\n", "quotes"),
        ("missing-key", "«:»\n", "write `key: value`"),
    ]

    @Test(arguments: mistakes)
    func mistakesAreExplained(code: String, marked: String, help: String) {
        let source = MarkedText(marked)
        let found = diagnostics(of: source.text)
        #expect(found.map(\.code) == [code])
        #expect(source.marking(found.first?.span) == marked)
        #expect(found.first?.help.contains { $0.contains(help) } == true, "\(found.first?.help ?? [])")
    }

    @Test func aLongValueIsNotRepeatedWhole() {
        let found = diagnostics(of: "a: @\(String(repeating: "x", count: 100_000))\n")
        #expect(found.first?.help.allSatisfy { $0.utf8.count < 200 } == true)
    }
}
