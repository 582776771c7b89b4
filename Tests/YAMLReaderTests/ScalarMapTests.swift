import Diagnostics
import TestSupport
import Testing
import YAMLReader

@Suite struct ScalarMapTests {
    /// Sources in which the marked part stands for `${{ x }}` (or what `part` says) in the value of `a`.
    static let cases: [(marked: String, part: String)] = [
        ("a: to «${{ x }}» end\n", "${{ x }}"),
        ("a: «${{ x }}»\n", "${{ x }}"),
        ("a: é😀 «${{ x }}»\n", "${{ x }}"),
        ("a: \"to «${{ x }}»\"\n", "${{ x }}"),
        ("a: \"\\t\\u00e9\\\\ «${{ x }}»\"\n", "${{ x }}"),
        ("a: \"${{ «\\\"»x\"\n", "\""),
        ("a: \"«${{ \\\"x\\\" }}» y\"\n", "${{ \"x\" }}"),
        ("a: 'it''s «${{ x }}»'\n", "${{ x }}"),
        ("a: '«${{ ''x'' }}»'\n", "${{ 'x' }}"),
        ("a: one\n  two «${{ x }}»\n", "${{ x }}"),
        ("a: one\n\n\n  two «${{ x }}»\n", "${{ x }}"),
        ("a: «${{\n   x }}» y\n", "${{ x }}"),
        ("a: \"one  \n  two \\\n  \\ «${{ x }}»\"\n", "${{ x }}"),
        ("a: |\n  one\n  «${{ x }}»\n", "${{ x }}"),
        ("a: |\n\n   \n    one\n      «${{ x }}»\n", "${{ x }}"),
        ("a: |\r\n  one\r\n\r\n  two «${{ x }}»\r\n", "${{ x }}"),
        ("a: |2-\n    «${{ x }}»\n", "${{ x }}"),
        ("a: |\n  one «${{\n  x }}»\n", "${{\nx }}"),
        ("a: >\n  one\n  «${{ x }}»\n\n  two\n", "${{ x }}"),
        ("a: >\n  one\n\n\n  two\n    three\n  four «${{ x }}»\n", "${{ x }}"),
        ("a: >+\n  one\n  «${{\n  x }}»\n\n\n", "${{ x }}"),
        ("- b\n- &r to «${{ x }}»\n- *r\n", "${{ x }}"),
    ]

    @Test(arguments: cases)
    func partsAreFoundInTheSource(marked: String, part: String) throws {
        let source = MarkedText(marked)
        let root = try read(source.text)
        let node = try #require(root.value("a") ?? root.value("1"))
        let text = try #require(node.scalar?.text)
        let bytes = Array(text.utf8)
        let range = try #require(bytes.firstRange(of: Array(part.utf8)))
        #expect(source.marking(node.span(ofUTF8: range)) == marked)
    }

    @Test(arguments: ["a: x${{«»\n", "a: \"x${{«»\"\n", "a: 'x${{«»'\n", "a: |\n  x${{«»\n", "a: >-\n  x${{«»\n"])
    func theEndIsAPlace(marked: String) throws {
        let source = MarkedText(marked)
        let node = try #require(try read(source.text).value("a"))
        #expect(source.marking(node.span(ofUTF8: 4..<4)) == marked)
    }

    @Test func whatCannotBeTracedIsTheWholeNode() throws {
        let root = try read("a: [1]\nb: x\n")
        let list = try #require(root.value("a"))
        let text = try #require(root.value("b"))
        #expect(list.span(ofUTF8: 0..<1) == list.span)
        #expect(text.span(ofUTF8: 0..<2) == text.span)
        #expect(text.span(ofUTF8: -1..<1) == text.span)
    }

    /// Random text in every style: each single character has to be found where it is written.
    @Test func everyCharacterOfRandomScalarsIsFound() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let alphabet = ["a", "b", "é", "😀", " ", " ", "\n", "\n", "x"]
        for _ in 0..<400 {
            let lines = (0..<Int.random(in: 1...12, using: &random))
                .map { _ in alphabet.randomElement(using: &random) ?? "a" }
                .joined()
                .split(separator: "\n", omittingEmptySubsequences: false)
                .map { $0.isEmpty ? "" : "  \($0)" }
            let body = lines.joined(separator: "\n")
            for source in [
                "|\n  z\n\(body)\n", ">\n  z\n\(body)\n", "\"z\(body)\n  z\"", "'z\(body)\n  z'", "z\(body)\n  z",
            ] {
                let file = SourceFile(path: "t", bytes: Array("k: \(source)\n".utf8))
                guard let node = try? YAMLReader.read(file).value("k"), let text = node.scalar?.text else {
                    Issue.record("not read: \(source)")
                    continue
                }
                var offset = 0
                for scalar in text.unicodeScalars {
                    let length = String(scalar).utf8.count
                    let span = node.span(ofUTF8: offset..<offset + length)
                    let found = String(decoding: file.bytes[span.byteRange], as: UTF8.self)
                    if scalar != " ", scalar != "\n" {
                        #expect(found == String(scalar), "seed \(seed): \(source)")
                    } else {
                        #expect(span != node.span || text.utf8.count == length, "seed \(seed): \(source)")
                    }
                    offset += length
                }
            }
        }
    }
}
