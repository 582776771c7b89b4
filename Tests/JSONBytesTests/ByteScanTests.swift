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

    private static let implementations = [byte_scan_portable, byte_scan_sse2, byte_scan_avx2, byte_scan_avx512]

    /// All that the machine has must agree; the portable one is everywhere.
    @Test func everyImplementationIsRight() {
        let bytes = Self.blocks.flatMap(\.self)
        var count = 0
        for implementation in Self.implementations {
            var classes = [byte_scan_classes](repeating: byte_scan_classes(), count: Self.blocks.count)
            var carry = byte_scan_carry()
            guard byte_scan_classify_by(implementation, bytes, Self.blocks.count, &carry, &classes) else { continue }
            count += 1
            check(classes, bytes, carry)
        }
        #expect(count >= 1)
    }

    /// Any number of blocks, and not a byte beyond them.
    @Test(arguments: 0...9)
    func classifiesAsManyBlocksAsAsked(count: Int) {
        let bytes = Self.blocks.flatMap(\.self)
        var untouched = byte_scan_classes()
        (untouched.quote, untouched.high) = (1, 14)
        var classes = [byte_scan_classes](repeating: untouched, count: 10)
        var carry = byte_scan_carry()
        byte_scan_classify(Array(bytes.prefix(64 * count)), count, &carry, &classes)
        check(Array(classes.prefix(count)), Array(bytes.prefix(64 * count)), carry)
        for rest in classes.dropFirst(count) { #expect(rest.quote == 1 && rest.high == 14) }
    }

    /// Checks the classes of all of `bytes`, and what is carried beyond them.
    private func check(_ classes: [byte_scan_classes], _ bytes: [UInt8], _ carry: byte_scan_carry) {
        var isEscaped = false
        var isInString = false
        for (number, classes) in classes.enumerated() {
            let block = Array(bytes[(64 * number)..<(64 * number + 64)])
            check(classes, block)
            var (escaped, quotes, strings): (UInt64, UInt64, UInt64) = (0, 0, 0)
            for (place, byte) in block.enumerated() {
                let bit: UInt64 = 1 << UInt64(place)
                if isEscaped { escaped |= bit }
                if byte == UInt8(ascii: "\""), !isEscaped {
                    quotes |= bit
                    isInString.toggle()
                }
                if isInString { strings |= bit }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            }
            #expect(classes.escaped == escaped)
            #expect(classes.quote == quotes)
            #expect(classes.string == strings)
        }
        #expect(carry.escaped == (isEscaped ? 1 : 0))
        #expect(carry.in_string == (isInString ? .max : 0))
    }

    private func check(_ classes: byte_scan_classes, _ block: [UInt8]) {
        #expect(classes.backslash == Self.mask(block) { $0 == UInt8(ascii: "\\") })
        #expect(classes.control == Self.mask(block) { $0 < 0x20 })
        #expect(classes.space == Self.mask(block) { $0 == 0x20 })
        #expect(classes.layout == Self.mask(block) { [0x09, 0x0A, 0x0D].contains($0) })
        #expect(classes.open == Self.mask(block) { "[{".utf8.contains($0) })
        #expect(classes.close == Self.mask(block) { "]}".utf8.contains($0) })
        #expect(classes.comma == Self.mask(block) { $0 == UInt8(ascii: ",") })
        #expect(classes.colon == Self.mask(block) { $0 == UInt8(ascii: ":") })
        #expect(classes.digit == Self.mask(block) { "0123456789".utf8.contains($0) })
        #expect(classes.zero == Self.mask(block) { $0 == UInt8(ascii: "0") })
        #expect(classes.dot == Self.mask(block) { $0 == UInt8(ascii: ".") })
        #expect(classes.bit5 == Self.mask(block) { $0 & 0x20 != 0 })
        #expect(classes.high == Self.mask(block) { $0 >= 0x80 })
    }

    @Test func planesAreRight() {
        for block in Self.blocks {
            for implementation in Self.implementations {
                var planes = byte_scan_planes()
                guard byte_scan_bits_by(implementation, block, &planes) else { continue }
                let bits = planes.bit
                let masks = [bits.0, bits.1, bits.2, bits.3, bits.4, bits.5, bits.6, bits.7]
                for (bit, mask) in masks.enumerated() {
                    #expect(mask == Self.mask(block) { $0 >> UInt8(bit) & 1 != 0 })
                }
            }
        }
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
