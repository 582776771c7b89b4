import Diagnostics
import Testing

@Suite struct SourceFileTests {
    private func file(_ text: String) -> SourceFile {
        SourceFile(path: "test.yaml", bytes: Array(text.utf8))
    }

    @Test func linesEndAtEveryKindOfBreak() {
        let file = file("a\nb\r\nc\rd\n\n")
        #expect(file.lineCount == 6)
        #expect((0...7).map(file.line) == ["", "a", "b", "c", "d", "", "", ""])
    }

    @Test func anEmptyFileHasOneEmptyLine() {
        let file = file("")
        #expect(file.lineCount == 1)
        #expect(file.line(1).isEmpty)
        #expect(file.position(atOffset: 0) == SourcePosition(offset: 0, line: 1, column: 1))
    }

    @Test func aByteOrderMarkIsNotPartOfTheLine() {
        let file = file("\u{FEFF}ab\n")
        #expect(file.line(1) == "ab")
        #expect(file.position(atOffset: 3) == SourcePosition(offset: 3, line: 1, column: 1))
        #expect(file.position(atOffset: 0) == SourcePosition(offset: 0, line: 1, column: 1))
        #expect(file.position(line: 1, column: 2).offset == 4)
    }

    @Test func invalidBytesAreRepaired() {
        #expect(SourceFile(path: "t", bytes: [0x61, 0xFF, 0x62]).line(1) == "a\u{FFFD}b")
    }

    @Test func columnsCountScalars() {
        let file = file("é😀e\u{301}x\n")
        #expect(file.position(atOffset: 9) == SourcePosition(offset: 9, line: 1, column: 5))
    }

    @Test func offsetsOutsideAreMovedInside() {
        let file = file("ab")
        #expect(file.position(atOffset: -5).offset == 0)
        #expect(file.position(atOffset: 99) == SourcePosition(offset: 2, line: 1, column: 3))
        #expect(file.position(line: 99, column: 99).offset == 2)
        #expect(file.position(line: -1, column: -1).offset == 0)
    }

    @Test func spansStayWithinTheirFile() {
        let file = file("one\ntwo\n")
        let outside = file.span(-5..<99)
        #expect(outside.byteRange == 0..<8)
        #expect(outside.end == SourcePosition(offset: 8, line: 3, column: 1))
        #expect(file.span(99..<120).byteRange == 8..<8)
        #expect(file.span(5..<6).location == "\(file.path):2:2")
    }

    @Test func filesAreEqualByIdentity() {
        let first = file("a")
        #expect(first == first)
        #expect(first != file("a"))
        #expect(first.span(0..<1) == first.span(0..<1))
    }

    /// Compares the index with a count from the beginning, over text longer than a block of it.
    @Test func positionsAgreeWithAPlainCount() {
        let text = String(repeating: "é😀a\u{301}\n贷款 plain ascii text of some length\r\n", count: 40)
        let file = file(text)
        var (offset, line, column) = (0, 1, 1)
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            if previous != "\r" || scalar != "\n" {
                #expect(file.position(atOffset: offset) == SourcePosition(offset: offset, line: line, column: column))
                #expect(file.position(line: line, column: column).offset == offset)
            }
            offset += String(scalar).utf8.count
            column += 1
            if scalar == "\n" { (line, column) = (line + 1, 1) }
            previous = scalar
        }
    }
}
