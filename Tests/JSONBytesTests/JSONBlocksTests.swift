import CByteScan
import TestSupport
import Testing

/// The implementations of the grammar over blocks against each other, on documents whole and broken. That the fastest
/// one is right is for the tests of the splitter.
@Suite struct JSONBlocksTests {
    /// What comes of a number of blocks that are judged at a time.
    private struct Judgement: Equatable {
        var accepted: Int
        var state: [UInt64]
        var whitespace: [UInt64]
        var separators: [UInt64]
    }

    /// Judges the blocks of a document from the byte after its opening bracket on, as many at a time as `counts` say.
    private static func judge(
        _ document: [UInt8],
        _ counts: [Int],
        by implementation: byte_scan_implementation
    ) -> [Judgement] {
        var judgements: [Judgement] = []
        var state = json_blocks_state()
        (state.expects_value, state.may_close, state.nesting) = (1, 1, 2)
        var rest = document[1...]
        for wanted in counts where rest.count >= 64 {
            // A copy of its own, so that a read beyond it is a read of foreign memory.
            let bytes = Array(rest)
            let count = min(wanted, bytes.count / 64)
            var whitespace = [UInt64](repeating: 0, count: Int(BYTE_SCAN_MOST))
            var separators = whitespace
            let accepted =
                json_blocks_judge(implementation, bytes, count, bytes.count, 61, &state, &whitespace, &separators)
            let words = withUnsafeBytes(of: state) { Array($0.bindMemory(to: UInt64.self)) }
            judgements.append(
                Judgement(
                    accepted: accepted,
                    state: words,
                    whitespace: Array(whitespace.prefix(accepted)),
                    separators: Array(separators.prefix(accepted))
                )
            )
            #expect(accepted == count || accepted % 8 == 0)
            guard accepted == count else { break }
            rest = rest.dropFirst(64 * count)
        }
        return judgements
    }

    @Test func allImplementationsJudgeAlike() {
        var accepted = 0
        for round in 0..<300 {
            let seed = SeededGenerator.runSeed &+ UInt64(round)
            var generator = SeededGenerator(seed: seed)
            let whole = RandomDocument.makeLong(seed: seed)
            let document =
                round % 2 == 0 ? whole : RecordSplitterPropertyTests.mutate(whole, using: &generator)
            guard document.first == UInt8(ascii: "[") else { continue }
            let counts = (0..<400).map { _ in Int.random(in: 1...Int(BYTE_SCAN_MOST), using: &generator) }
            let expected = Self.judge(document, counts, by: byte_scan_portable)
            accepted += expected.map(\.accepted).reduce(0, +)
            for implementation in ByteScanTests.implementations {
                #expect(Self.judge(document, counts, by: implementation) == expected, "seed \(seed)")
            }
        }
        #expect(accepted > 10_000)
    }
}
