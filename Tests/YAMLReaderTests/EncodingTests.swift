import Diagnostics
import Testing
import YAMLReader

@Suite struct EncodingTests {
    static let refused: [(code: String, bytes: [UInt8], offset: Int)] = [
        ("unsupported-encoding", [0xFF, 0xFE, 0x61, 0], 0), ("unsupported-encoding", [0xFE, 0xFF, 0, 0x61], 0),
        ("unsupported-encoding", [0x61, 0, 0x3A, 0], 0), ("unsupported-encoding", [0, 0x61, 0, 0x3A], 0),
        ("unsupported-encoding", [0xFF, 0xFE, 0, 0], 0), ("unsupported-encoding", [0x61, 0, 0, 0], 0),
        ("invalid-utf8", Array("a: ".utf8) + [0xE9], 3), ("invalid-utf8", Array("a: é ".utf8) + [0xC3, 0x28], 6),
        ("invalid-utf8", Array("a: ".utf8) + [0xC0, 0x80], 3),
        ("invalid-utf8", Array("a: ".utf8) + [0xED, 0xA0, 0x80], 3),
        ("invalid-utf8", Array("a: ".utf8) + [0xF4, 0x90, 0x80, 0x80], 3),
        ("invalid-utf8", Array("a: ".utf8) + [0xE2, 0x82], 3), ("invalid-utf8", Array("a: ".utf8) + [0x80], 3),
        ("control-character", Array("a: b\0c".utf8), 4), ("control-character", Array("a: \u{1B}[2J".utf8), 3),
        ("control-character", Array("# é\u{7F}".utf8), 4), ("control-character", Array("a: \u{9B}".utf8), 3),
        ("control-character", Array("a: \u{FFFF}".utf8), 3),
        ("ambiguous-line-break", Array("a: x\u{2028}y".utf8), 4),
        ("ambiguous-line-break", Array("a: x\u{85}y".utf8), 4),
        ("stray-byte-order-mark", Array("a: \u{FEFF}b".utf8), 3),
    ]

    @Test(arguments: refused)
    func whatIsNotTextIsRefusedAtItsPlace(code: String, bytes: [UInt8], offset: Int) {
        let found = diagnostics(of: bytes)
        #expect(found.map(\.code) == [code])
        #expect(found.first?.span?.start.offset == offset)
    }

    @Test func anyOtherCharacterIsKept() throws {
        let text = "é€😀\u{10FFFF}\u{A0}\u{E000}\u{200D}\u{0300}"
        #expect(try read("a: x\(text)\n").value("a")?.outline == "x\(text)")
    }

    @Test func escapesMayStandForAnything() throws {
        #expect(try read(#"a: "\0\e\N\L\x7f\uFEFF""#).value("a")?.outline == "\0\u{1B}\u{85}\u{2028}\u{7F}\u{FEFF}")
    }
}
