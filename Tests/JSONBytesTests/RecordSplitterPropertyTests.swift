import JSONBytes
import TestSupport
import Testing

/// The splitter against the tree, on random documents, whole and broken ones, in random chunks.
@Suite struct RecordSplitterPropertyTests {
    static let paths: [[String]] = [[], ["loans"], ["data", "äö"], ["a", "b", "c"]]
    static let rounds = 400

    /// Splits byte by byte, which never reaches the block scanner, and in large and in random chunks, and holds all
    /// three to be the same, errors included. Gives what they have in common.
    static func splitInAllWays(
        _ document: [UInt8],
        path: [String],
        generator: inout SeededGenerator
    ) -> Result<SplitterReference, JSONError> {
        let small = Result { () throws(JSONError) in
            try SplitterReference.split(document, path: path) { 1 }
        }
        let large = Result { () throws(JSONError) in
            try SplitterReference.split(document, path: path) { document.count }
        }
        let largest = [8, 70, 200, 1000].randomElement(using: &generator) ?? 8
        let random = Result { () throws(JSONError) in
            try SplitterReference.split(document, path: path) { Int.random(in: 1...largest, using: &generator) }
        }
        let text = String(decoding: document, as: UTF8.self)
        #expect(small == large, "seed \(SeededGenerator.runSeed): \(text)")
        #expect(small == random, "seed \(SeededGenerator.runSeed): \(text)")
        return small
    }

    @Test(arguments: paths)
    func documentsSplitAsTheirTreesSay(_ path: [String]) throws {
        for round in 0..<Self.rounds {
            let seed = SeededGenerator.runSeed &+ UInt64(round)
            let document = RandomDocument.make(seed: seed, path: path)
            var generator = SeededGenerator(seed: seed)
            let text = String(decoding: document, as: UTF8.self)
            _ = try JSONParser.parse(document)
            let split = Self.splitInAllWays(document, path: path, generator: &generator)
            #expect((try? split.get()) == SplitterReference(document, path: path), "seed \(seed): \(text)")
        }
    }

    @Test(arguments: paths)
    func brokenDocumentsAreRefusedAsTheParserRefusesThem(_ path: [String]) {
        for round in 0..<Self.rounds {
            let seed = SeededGenerator.runSeed &+ UInt64(round)
            var generator = SeededGenerator(seed: ~seed)
            let whole = RandomDocument.make(seed: seed, path: path)
            for _ in 0..<8 {
                let document = Self.mutate(whole, using: &generator)
                let text = String(decoding: document, as: UTF8.self)
                let split = Self.splitInAllWays(document, path: path, generator: &generator)
                #expect((try? split.get()) == SplitterReference(document, path: path), "seed \(seed): \(text)")
                let parsed = Result { () throws(JSONError) in try JSONParser.parse(document) }
                if case .failure(let parserError) = parsed, case .failure(let error) = split,
                    !Self.isAboutPath(error)
                {
                    #expect(error == parserError, "seed \(seed): \(text)")
                }
            }
        }
    }

    /// Long enough for the most blocks that are judged at a time; broken in every second round.
    @Test func longDocumentsSplitAsTheirTreesSay() {
        for round in 0..<150 {
            let seed = SeededGenerator.runSeed &+ UInt64(round)
            var generator = SeededGenerator(seed: seed)
            let whole = RandomDocument.makeLong(seed: seed)
            let document = round % 2 == 0 ? whole : Self.mutate(whole, using: &generator)
            let split = Self.splitInAllWays(document, path: [], generator: &generator)
            #expect((try? split.get()) == SplitterReference(document, path: []), "seed \(seed)")
        }
    }

    static func isAboutPath(_ error: JSONError) -> Bool {
        if case .duplicatePathMember = error.reason { true } else { false }
    }

    /// Changes a document by one or two small edits, with bytes that matter to the grammar.
    static func mutate(_ document: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = document
        let alphabet =
            Array("{}[],:\"\\ntrufalse0123-+.eE \n\t\0\u{1F}".utf8) + [
                0x80, 0xBF, 0xC0, 0xC3, 0xE0, 0xED, 0xF0, 0xF4, 0xF5, 0xFF,
            ]
        for _ in 0..<Int.random(in: 1...2, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            let byte = alphabet.randomElement(using: &generator) ?? 0
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes.remove(at: place)
            case 1: bytes.insert(byte, at: place)
            case 2: bytes[place] = byte
            case 3: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &generator))
            case 4: bytes.insert(bytes[place], at: place)
            default:
                if generator.oneIn(6) {
                    bytes.removeSubrange(place...)
                } else {
                    bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                }
            }
        }
        return bytes
    }
}
