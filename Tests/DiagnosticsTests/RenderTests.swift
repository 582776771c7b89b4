import Diagnostics
import Testing

@Suite struct RenderTests {
    private let renderer = DiagnosticRenderer(color: false)

    private func file(_ text: String, path: String = "jobs/nightly.yaml") -> SourceFile {
        SourceFile(path: path, bytes: Array(text.utf8))
    }

    /// The lines of the excerpt: the source and the markers below it.
    private func excerpt(_ text: String, _ range: Range<Int>, label: String? = nil) -> [String] {
        let rendered = renderer.render(.error("x", "y", at: file(text).span(range), label: label))
        return rendered.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(3).map(String.init)
    }

    @Test func showsLineCaretLabelAndHelp() {
        let diagnostic = Diagnostic.error(
            "unknown-key",
            "unknown key `staps`",
            at: file("name: a\n\nstaps:\n").span(9..<14),
            label: "not a key of a job",
            help: "did you mean `steps`?"
        )
        #expect(
            renderer.render(diagnostic) == """
                error[unknown-key]: unknown key `staps`
                  --> jobs/nightly.yaml:3:1
                   |
                 3 | staps:
                   | ^^^^^ not a key of a job
                   |
                   = help: did you mean `steps`?
                """
        )
    }

    @Test func showsRelatedPlacesInOrderOfTheFile() {
        let text = String(repeating: "\n", count: 8) + "a: 1\nb: 2\n\na: 3\n"
        let file = file(text)
        var diagnostic = Diagnostic.error("duplicate-key", "twice", at: file.span(19..<20), label: "again")
        diagnostic.related = [
            .init(span: file.span(8..<9), label: "first"),
            .init(span: self.file("x: y", path: "other.yaml").span(3..<4), label: "and here"),
        ]
        #expect(
            renderer.render(diagnostic) == """
                error[duplicate-key]: twice
                   --> jobs/nightly.yaml:12:1
                    |
                  9 | a: 1
                    | - first
                ...
                 12 | a: 3
                    | ^ again
                   ::: other.yaml:1:4
                    |
                  1 | x: y
                    |    - and here
                """
        )
    }

    @Test func worksWithoutAPlace() {
        #expect(
            renderer.render(.warning("unused", "no step uses it", at: nil, help: "remove it")) == """
                warning[unused]: no step uses it
                   = help: remove it
                """
        )
    }

    @Test func listsAreSortedAndCounted() {
        let (first, second) = (file("a\nb\n", path: "a.yaml"), file("a\n", path: "b.yaml"))
        let rendered = renderer.render([
            .error("e4", "no place", at: nil), .error("e3", "other file", at: second.span(0..<1)),
            .warning("e2", "later", at: first.span(2..<3)), .error("e1", "earlier", at: first.span(0..<1)),
        ])
        let titles = rendered.split(separator: "\n").filter { $0.contains("[e") }.map {
            $0.prefix(while: { $0 != ":" })
        }
        #expect(titles == ["error[e1]", "warning[e2]", "error[e3]", "error[e4]"])
        #expect(rendered.hasSuffix("\n\n3 errors, 1 warning"))
        #expect(renderer.render([]) == "")
        #expect(renderer.render([.warning("w", "w", at: nil)]).hasSuffix("\n\n1 warning"))
    }

    static let alignments: [(text: String, part: String, shown: String, markers: String)] = [
        ("\tab", "ab", " 1 |     ab", "   |     ^^"),
        ("a\tb", "b", " 1 | a    b", "   |      ^"),
        ("贷款: x", "x", " 1 | 贷款: x", "   |       ^"),
        ("贷款: x", "款", " 1 | 贷款: x", "   |   ^^"),
        ("😀👨‍👩‍👧🇰🇪 x", "x", " 1 | 😀👨‍👩‍👧🇰🇪 x", "   |        ^"),
        ("e\u{301}x", "x", " 1 | e\u{301}x", "   |  ^"),
        ("한글 x", "x", " 1 | 한글 x", "   |      ^"),
        ("ｆｕ x", "x", " 1 | ｆｕ x", "   |      ^"),
        ("❤️ x", "x", " 1 | ❤️ x", "   |    ^"),
        ("a\u{1B}[31mb", "b", " 1 | a␛[31mb", "   |       ^"),
        ("a\u{9B}b", "b", " 1 | a<U+009B>b", "   |          ^"),
        ("a\u{202E}b", "b", " 1 | a<U+202E>b", "   |          ^"),
        ("a\u{200B}b", "b", " 1 | a<U+200B>b", "   |          ^"),
        ("a\u{7F}\0b", "b", " 1 | a␡␀b", "   |    ^"),
    ]

    @Test(arguments: alignments)
    func markersStandUnderWhatTheyMark(text: String, part: String, shown: String, markers: String) throws {
        let range = try #require(Array(text.utf8).firstRange(of: Array(part.utf8)))
        #expect(excerpt(text, range) == [shown, markers])
    }

    @Test func aPlaceGetsOneMarkerAlsoAtTheEnd() {
        #expect(excerpt("ab", 2..<2) == [" 1 | ab", "   |   ^"])
        #expect(excerpt("", 0..<0) == [" 1 |", "   | ^"])
    }

    @Test func ofSeveralLinesTheFirstIsMarked() {
        #expect(excerpt("a: b\n  c\nd", 3..<8) == [" 1 | a: b", "   |    ^"])
    }

    @Test func invalidBytesAreMarked() {
        let file = SourceFile(path: "t", bytes: [0x61, 0xE9, 0x62])
        let rendered = renderer.render(.error("x", "y", at: file.span(1..<2)))
        #expect(rendered.hasSuffix(" 1 | a\u{FFFD}b\n   |  ^"))
    }

    @Test func aLongLineIsCutAroundTheCaret() throws {
        let text = String(repeating: "é", count: 3_000_000) + "HERE" + String(repeating: "b", count: 3_000_000)
        let lines = excerpt(text, 6_000_000..<6_000_004)
        #expect(
            lines[0] == " 1 | …" + String(repeating: "é", count: 40) + "HERE" + String(repeating: "b", count: 56) + "…"
        )
        #expect(lines[1] == "   | " + String(repeating: " ", count: 41) + "^^^^")
    }

    @Test func aLongStretchIsCutAtItsEnd() {
        let lines = excerpt("ab" + String(repeating: "c", count: 5_000), 2..<5_002, label: "here")
        #expect(lines[0] == " 1 | ab" + String(repeating: "c", count: 98) + "…")
        #expect(lines[1] == "   |   " + String(repeating: "^", count: 98) + " here")
    }

    @Test func nothingInTheInputReachesTheTerminalAsAnEscape() {
        let hostile = "\u{1B}]0;x\u{07}\u{9B}2J\u{202E}\r\n\u{0B}"
        var diagnostic = Diagnostic.error(
            hostile,
            hostile,
            at: file(hostile, path: hostile).span(0..<3),
            label: hostile
        )
        diagnostic.help = [hostile]
        diagnostic.related = [.init(span: file(hostile, path: hostile).span(1..<2), label: hostile)]
        let rendered = renderer.render([diagnostic])
        let controls = rendered.unicodeScalars.filter {
            $0 != "\n" && ($0.properties.generalCategory == .control || $0.properties.generalCategory == .format)
        }
        #expect(controls.isEmpty)
        #expect(rendered.split(separator: "\n").allSatisfy { $0.unicodeScalars.allSatisfy { $0 != "\r" } })
    }

    @Test func colourIsOnlyWrittenWhenAsked() {
        let diagnostic = Diagnostic.error("x", "y", at: file("ab").span(0..<1), help: "z")
        let colored = DiagnosticRenderer(color: true).render(diagnostic)
        #expect(colored.contains("\u{1B}[1;31merror[x]\u{1B}[0m"))
        #expect(!renderer.render(diagnostic).contains("\u{1B}"))
        #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == renderer.render(diagnostic))
    }
}
