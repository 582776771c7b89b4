import CByteScan
import TestSupport
import Testing

/// The masks against a byte-by-byte count, for each implementation.
@Suite struct ByteScanTests {
    static func mask(_ block: [UInt8], where isIncluded: (UInt8) -> Bool) -> UInt64 {
        block.enumerated().reduce(0) { $0 | (isIncluded($1.element) ? 1 << UInt64($1.offset) : 0) }
    }

    /// All 256 byte values, in each of four blocks, and random ones.
    static let blocks: [[UInt8]] = {
        var generator = SeededGenerator(seed: SeededGenerator.runSeed)
        let all = (0..<4).map { quarter in (0..<64).map { UInt8(quarter * 64 + $0) } }
        let random = (0..<200).map { _ in (0..<64).map { _ in UInt8.random(in: 0...255, using: &generator) } }
        // Runs of backslashes, across blocks too.
        let escapes = (0..<200).map { _ in
            (0..<64).map { _ in Array(#"\\\"a"#.utf8).randomElement(using: &generator) ?? 0 }
        }
        return all + random + escapes
    }()

    /// All that the machine has; the portable one is everywhere.
    static let implementations = [byte_scan_portable, byte_scan_sse2, byte_scan_avx2, byte_scan_avx512]
        .filter(byte_scan_has)

    /// One class of bytes, a mask for each of `count` blocks.
    private static func masks<Masks>(_ masks: Masks, _ count: Int) -> [UInt64] {
        withUnsafeBytes(of: masks) { Array($0.bindMemory(to: UInt64.self).prefix(count)) }
    }

    @Test func theFastestIsThere() {
        #expect(Self.implementations.contains(byte_scan_portable))
        #expect(Self.implementations.last == byte_scan_fastest())
    }

    /// All must agree with a count byte by byte.
    @Test(arguments: implementations)
    func everyImplementationIsRight(_ implementation: byte_scan_implementation) {
        let bytes = Self.blocks.flatMap(\.self)
        let most = Int(BYTE_SCAN_MOST)
        var carry = byte_scan_carry()
        var expected = Expected()
        for start in stride(from: 0, to: Self.blocks.count, by: most) {
            let count = min(most, Self.blocks.count - start)
            var classes = byte_scan_classes()
            let these = Array(bytes[(64 * start)..<(64 * (start + count))])
            byte_scan_classify(implementation, these, count, &carry, &classes)
            check(classes, these, &expected)
            #expect(carry.escaped == (expected.isEscaped ? 1 : 0))
            #expect(carry.in_string == (expected.isInString ? .max : 0))
        }
    }

    /// Any number of blocks, and not a mask beyond them.
    @Test(arguments: implementations, 0...9)
    func classifiesAsManyBlocksAsAsked(_ implementation: byte_scan_implementation, count: Int) {
        let bytes = Array(Self.blocks.flatMap(\.self).prefix(64 * count))
        var classes = byte_scan_classes()
        withUnsafeMutableBytes(of: &classes) { bytes in for index in bytes.indices { bytes[index] = 0xA5 } }
        var carry = byte_scan_carry()
        byte_scan_classify(implementation, bytes, count, &carry, &classes)
        var expected = Expected()
        check(classes, bytes, &expected)
        for rest in [Self.masks(classes.quote, 32), Self.masks(classes.high, 32)].map({ $0.dropFirst(count) }) {
            #expect(rest.allSatisfy { $0 == 0xA5A5_A5A5_A5A5_A5A5 })
        }
    }

    /// What is carried from block to block.
    private struct Expected {
        var isEscaped = false
        var isInString = false
    }

    /// Checks the classes of all of `bytes`.
    private func check(_ classes: byte_scan_classes, _ bytes: [UInt8], _ expected: inout Expected) {
        let count = bytes.count / 64
        let blocks = (0..<count).map { Array(bytes[(64 * $0)..<(64 * $0 + 64)]) }
        func expect(_ masks: [UInt64], _ name: Comment, where isIncluded: (UInt8) -> Bool) {
            #expect(masks == blocks.map { Self.mask($0, where: isIncluded) }, name)
        }
        expect(Self.masks(classes.backslash, count), "backslash") { $0 == UInt8(ascii: "\\") }
        expect(Self.masks(classes.control, count), "control") { $0 < 0x20 }
        expect(Self.masks(classes.whitespace, count), "whitespace") { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        expect(Self.masks(classes.open, count), "open") { "[{".utf8.contains($0) }
        expect(Self.masks(classes.close, count), "close") { "]}".utf8.contains($0) }
        expect(Self.masks(classes.comma, count), "comma") { $0 == UInt8(ascii: ",") }
        expect(Self.masks(classes.colon, count), "colon") { $0 == UInt8(ascii: ":") }
        expect(Self.masks(classes.digit, count), "digit") { "0123456789".utf8.contains($0) }
        expect(Self.masks(classes.zero, count), "zero") { $0 == UInt8(ascii: "0") }
        expect(Self.masks(classes.dot, count), "dot") { $0 == UInt8(ascii: ".") }
        expect(Self.masks(classes.minus, count), "minus") { $0 == UInt8(ascii: "-") }
        expect(Self.masks(classes.bit5, count), "bit5") { $0 & 0x20 != 0 }
        expect(Self.masks(classes.high, count), "high") { $0 >= 0x80 }

        var (escaped, quotes, strings): ([UInt64], [UInt64], [UInt64]) = ([], [], [])
        for block in blocks {
            var (escapedHere, quotesHere, stringsHere): (UInt64, UInt64, UInt64) = (0, 0, 0)
            for (place, byte) in block.enumerated() {
                let bit: UInt64 = 1 << UInt64(place)
                if expected.isEscaped { escapedHere |= bit }
                if byte == UInt8(ascii: "\""), !expected.isEscaped {
                    quotesHere |= bit
                    expected.isInString.toggle()
                }
                if expected.isInString { stringsHere |= bit }
                expected.isEscaped = byte == UInt8(ascii: "\\") && !expected.isEscaped
            }
            escaped.append(escapedHere)
            quotes.append(quotesHere)
            strings.append(stringsHere)
        }
        #expect(Self.masks(classes.escaped, count) == escaped)
        #expect(Self.masks(classes.quote, count) == quotes)
        #expect(Self.masks(classes.string, count) == strings)
    }

    @Test func compactKeepsWhatItIsTold() {
        var generator = SeededGenerator(seed: SeededGenerator.runSeed)
        let block = (0..<64).map { UInt8($0) }
        for round in 0..<500 {
            var keep = [UInt64.random(in: 0 ... .max, using: &generator), 0, .max, 1, 1 << 63][min(round, 4) % 5]
            if round > 4 {
                keep = .random(in: 0 ... .max, using: &generator) | .random(in: 0 ... .max, using: &generator)
            }
            var output = [UInt8](repeating: 0xEE, count: 80)
            let count = byte_scan_compact(&output, block + [UInt8](repeating: 0, count: 16), keep)
            #expect(Array(output.prefix(count)) == block.filter { keep >> UInt64($0) & 1 != 0 })
        }
    }
}
