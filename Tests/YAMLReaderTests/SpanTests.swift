import Diagnostics
import Testing
import YAMLReader

@Suite struct SpanTests {
    static let values: [(String, [String])] = [
        ("a: «1» # c\n", ["a"]),
        ("a: «it is»  \n", ["a"]),
        ("a: «it\n  is»\nb: 1\n", ["a"]),
        ("a: «'it''s'» # c\n", ["a"]),
        ("a: «\"b\\\"c\"»\n", ["a"]),
        ("a: &x !!str «b»\n", ["a"]),
        ("a: !!str &x\n  «b»\n", ["a"]),
        ("a: !!str # why\n  «b»\n", ["a"]),
        ("a:«»\nb: 1\n", ["a"]),
        ("a: !!str«»\nb: 1\n", ["a"]),
        ("ключ: «значение» # комментарий\n", ["ключ"]),
        ("贷款: [😀, «é»]\n", ["贷款", "1"]),
        ("\u{FEFF}a: «b»\n", ["a"]),
        ("\u{FEFF}# c\r\na: «b»\r\n", ["a"]),
        ("x: 1\r\ny: 2\ra: «b»\r\n", ["a"]),
        ("a: «[1, 2]» # c\n", ["a"]),
        ("a: &x «[1, 2]»\n", ["a"]),
        ("a: «{b: 1,\n c: 2}»\n", ["a"]),
        ("a:\n  «b: 1\n  c: 2»\n\n# end\nd: 3\n", ["a"]),
        ("a: &x\n  «b: 1»\n", ["a"]),
        ("a: !!map &x\n  &k «b: 1»\n".replacing("&k «", with: "«&k "), ["a"]),
        ("a:\n  «- 1\n  - 2»\n\nd: 3\n", ["a"]),
        ("a:\n«- 1\n- 2»\nd: 3\n", ["a"]),
        ("a:\n«-»\nd: 3\n", ["a"]),
        ("a: «|\n  x\n  y»\n\n\nb: 1\n", ["a"]),
        ("a: «|»\nb: 1\n", ["a"]),
        ("a: «>- # c\n  x\n\n  y»\n# d\n", ["a"]),
        ("- - «x»\n", ["0", "0"]),
        ("- a: 1\n  b: «x»\n", ["0", "b"]),
        ("[a: «b»]\n", ["0", "a"]),
        ("«a: 1»", []),
        ("--- «a»\n...\n", []),
    ]

    @Test(arguments: values)
    func valuesHaveTheirOwnTextAsSpan(marked: String, path: [String]) throws {
        let source = MarkedText(marked)
        let node = try #require(try read(source.text).value(at: path))
        #expect(source.marking(node.span) == marked)
    }

    static let keys = ["«a»: 1\n", "«\"a\"» : 1\n", "? «a»\n: 1\n", "&x «a»: 1\n", "{ «a»: 1 }\n", "# é\n«é»: 1\n"]

    @Test(arguments: keys)
    func keysHaveTheirOwnTextAsSpan(marked: String) throws {
        let source = MarkedText(marked)
        guard case .mapping(let entries) = try read(source.text).content else {
            Issue.record("not a mapping")
            return
        }
        #expect(source.marking(entries.first?.key.span) == marked)
    }

    @Test func anAliasKnowsWhereItIsUsedAndWhereItsValueIsWritten() throws {
        let text = "a: &x [1]\nb: *x\n"
        let node = try #require(try read(text).value("b"))
        #expect(MarkedText.marking(node.span.byteRange, in: text) == "a: &x «[1]»\nb: *x\n")
        #expect(node.aliasSpan.map { MarkedText.marking($0.byteRange, in: text) } == "a: &x [1]\nb: «*x»\n")
    }

    @Test func columnsCountUnicodeScalars() throws {
        let node = try #require(try read("é😀: x\n").value("é😀"))
        #expect(node.span.start == SourcePosition(offset: 8, line: 1, column: 5))
    }

    @Test func everySpanOfTheSampleIsSound() throws {
        let file = SourceFile(path: "sample.yaml", bytes: Array(sampleJob.utf8))
        expectSoundSpans(try YAMLReader.read(file), in: file)
    }
}
