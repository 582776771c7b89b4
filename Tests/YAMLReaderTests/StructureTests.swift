import Diagnostics
import Foundation
import Testing
import YAMLReader

@Suite struct StructureTests {
    @Test func theSampleIsReadWhole() throws {
        let root = try read(sampleJob)
        #expect(root.value(at: ["vars", "motto"])?.outline == "Überweisung é\t\"ok\"")
        #expect(root.value(at: ["vars", "note"])?.outline == "it's fine")
        #expect(root.value(at: ["vars", "text"])?.outline == "first ${{ vars.page_size }}\n  second\n\nthird\n")
        #expect(root.value(at: ["vars", "folded"])?.outline == "one two\nthree")
        #expect(root.value(at: ["steps", "0", "scopes"])?.outline == "[read:loans, create:repayment]")
        #expect(root.value(at: ["steps", "1", "retry"])?.outline == "{max_attempts: 5}")
        #expect(root.value(at: ["steps", "1", "path"])?.outline == "/v3/partner/${{ token.partnerId }} /loans")
        #expect(root.value(at: ["steps", "2", "complex key"])?.outline == "[1, -2.5e3, ~]")
    }

    @Test(arguments: ["%YAML 1.1\n---\na: 1\n", "%YAML 1.2\n---\na: 1\n", "---\na: 1\n...\n", "\u{FEFF}a: 1\n"])
    func harmlessSurroundingsAreAccepted(text: String) throws {
        #expect(try read(text).outline == "{a: 1}")
    }

    @Test func aTemplateMayBeAPlainKeyAndValue() throws {
        #expect(try read("${{ a }}: ${{ b }}\n").outline == "{${{ a }}: ${{ b }}}")
    }

    @Test func aLaterAnchorOfTheSameNameWins() throws {
        #expect(try read("[&a 1, *a, &a 2, *a]").outline == "[1, 1, 2, 2]")
        #expect(try read("[&a [&a 1, *a], *a]").outline == "[[1, 1], 1]")
    }

    @Test func aDuplicateKeyPointsAtBothPlaces() throws {
        let text = "a: 1\nb: 2\n\"a\": 3\n"
        let found = diagnostics(of: text)
        #expect(found.map(\.code) == ["duplicate-key"])
        #expect(found.first?.span.map { MarkedText.marking($0.byteRange, in: text) } == "a: 1\nb: 2\n«\"a\"»: 3\n")
        #expect(
            found.first?.related.map { MarkedText.marking($0.span.byteRange, in: text) } == ["«a»: 1\nb: 2\n\"a\": 3\n"]
        )
    }

    /// Few keys are compared one by one, many are looked up.
    @Test(arguments: [1, 2, 16, 17, 18, 40, 300]) func anyKeyUsedAgainIsFound(count: Int) throws {
        let keys = (0..<count).map { "key\($0)" }
        let entries = keys.map { "\($0): {}" }.joined(separator: ", ")
        #expect(try read("{\(entries)}").outline == "{\(keys.map { "\($0): {}" }.joined(separator: ", "))}")
        for key in Set([0, count / 2, count - 1]).map({ keys[$0] }) {
            // Both repetitions are about the first use, with a key of its own between them.
            let text = "{\(entries), \(key): 1, other: 2, \(key): 3, other: 4}"
            let found = diagnostics(of: text)
            #expect(found.map(\.code) == ["duplicate-key", "duplicate-key", "duplicate-key"])
            let first = found.first?.related.first?.span.byteRange.lowerBound
            #expect(first == text.range(of: key).map { text.utf8.distance(from: text.startIndex, to: $0.lowerBound) })
            #expect(found.dropFirst().first?.related == found.first?.related)
        }
    }

    /// Lists and mappings that are open at the same time don't get into each other.
    @Test func manyOpenCollectionsStayApart() throws {
        let depth = 20
        var text = "x"
        for level in 0..<depth {
            let items = (0..<level * 7).map { "i\($0)" }.joined(separator: ", ")
            text =
                level.isMultiple(of: 2)
                ? "[\(items.isEmpty ? "" : items + ", ")\(text)]" : "{a: [\(items)], b: \(text), c: z}"
        }
        #expect(try read(text).outline == text)
    }

    @Test func allProblemsAreReportedInOneRun() {
        let text = "a: *nope\nb: !x 1\nc: {<<: 1, d: 1, d: 2}\n[e]: f\n? \n: g\na: !!int x\n"
        #expect(
            diagnostics(of: text).map(\.code).sorted() == [
                "duplicate-key", "duplicate-key", "key-not-text", "merge-key", "missing-key", "tag-mismatch",
                "undefined-alias", "unknown-tag",
            ]
        )
    }

    @Test func problemsBeforeASyntaxErrorAreKept() {
        #expect(diagnostics(of: "a: 1\na: 2\nb: @x\n").map(\.code) == ["duplicate-key", "needs-quotes"])
    }

    static let problems: [(code: String, marked: String)] = [
        ("empty-document", "«»"), ("empty-document", "«»# nothing\n\n"), ("empty-document", "«»---\n"),
        ("several-documents", "a: 1\n«---»\nb: 2\n"), ("several-documents", "a: 1\n...\n«---»\n"),
        ("several-documents", "a: 1\n...\n«b: 2»\n"),
        ("undefined-alias", "a: «*b»\n"), ("recursive-alias", "a: &b [«*b»]\n"),
        ("recursive-alias", "&b a: {c: «*b»}\n".replacing("&b a", with: "a: &b\n  a")),
        ("merge-key", "a: &a {b: 1}\nc:\n  «<<»: *a\n"), ("missing-key", "«:» a\n"), ("missing-key", "{«:» a}\n"),
        ("key-not-text", "«{a: b}»: c\n"), ("key-not-text", "? «- a»\n: c\n"),
        ("key-not-text", "a: &a [1]\n? «*a»\n: c\n"),
        ("duplicate-key", "{a: 1, «a»: 2}\n"), ("duplicate-key", "&x a: 1\n«*x» : 2\n"),
        ("unknown-tag", "a: «!ruby/object» x\n"), ("unknown-tag", "a: &x «!!binary» x\n"),
        ("unknown-tag", "a: «!set» {b: 1}\n"), ("unknown-tag", "a: «!!timestamp»\n  - b\n"),
        ("tag-mismatch", "a: «!!int» x\n"), ("tag-mismatch", "a: «!!bool» yes\n"),
        ("tag-mismatch", "a: «!!seq» {b: 1}\n"),
        ("tag-mismatch", "a: «!!map»\n  - b\n"), ("tag-mismatch", "a: «!!str» [b]\n"),
        ("tag-mismatch", "a: «!!map» b\n"),
        ("brace-needs-quotes", "a: {«{ vars.x }»}\n"),
    ]

    @Test(arguments: problems)
    func problemsHaveASpan(code: String, marked: String) {
        let source = MarkedText(marked)
        let found = diagnostics(of: source.text)
        #expect(found.map(\.code) == [code])
        #expect(source.marking(found.first?.span) == marked)
    }

    @Test func aMissingSpaceCanBeExplainedLater() throws {
        let root = try read("a: method:GET\nb: http://x\nc: 'd:e'\nf: 22:30\ng: h\nh: path:/x\ni: C:/x\nj: C:\\x\n")
        #expect(root.value("a")?.missingSpaceHelp == "write `method: GET`, with a space after the colon")
        #expect(root.value("h")?.missingSpaceHelp == "write `path: /x`, with a space after the colon")
        for path in ["i", "j"] { #expect(root.value(path)?.missingSpaceHelp == nil) }
        #expect(root.value("b")?.missingSpaceHelp == nil)
        #expect(root.value("c")?.missingSpaceHelp == nil)
        #expect(root.value("g")?.missingSpaceHelp == nil)
    }
}
