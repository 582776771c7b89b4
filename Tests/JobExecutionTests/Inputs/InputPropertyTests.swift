import Foundation
import JSONBytes
import JobExecution
import Testing

/// Random files. A failure prints the seed that brings it back.
@Suite struct InputPropertyTests {
    /// Linear congruential (Knuth's MMIX), which is random enough to vary files.
    struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state ^ (state >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func rowsDoNotDependOnWhereChunksEnd(seed: UInt64) throws {
        var random = Random(state: seed)
        let csv = RandomCSV(using: &random)
        for chunk in [1, 2, 3, Int.random(in: 4...64, using: &random), 1 << 16] {
            #expect(try readCSV(csv.bytes, limits: InputLimits(chunkBytes: chunk)) == csv.items, "chunks of \(chunk)")
        }
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func brokenFilesGiveRowsOrOneError(seed: UInt64) throws {
        var random = Random(state: seed &+ 1_000_000)
        let csv = RandomCSV(using: &random)
        let nasty: [UInt8] = [0, 0x22, 0x2C, 0x0A, 0x0D, 0x80, 0xC3, 0xEF, 0xFF, 0x20]
        for _ in 0..<10 {
            var bytes = csv.bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.remove(at: index)
                case 1: bytes.insert(nasty.randomElement(using: &random) ?? 0, at: index)
                case 2: bytes[index] = UInt8.random(in: 0...255, using: &random)
                default: bytes.removeSubrange(index...)
                }
            }
            // Whatever comes of it, it is the same at any size of chunk, and an error has a place in the file.
            let small = InputLimits(chunkBytes: Int.random(in: 1...9, using: &random))
            let whole = outcome(bytes, .standard)
            #expect(outcome(bytes, small) == whole, "chunks of \(small.chunkBytes): \(bytes)")
            if case .failure(let failure) = whole {
                let lines = 1 + bytes.count { $0 == 0x0A || $0 == 0x0D }
                #expect((1...lines).contains(failure.line) && failure.column ?? 1 >= 1, "\(bytes)")
            }
        }
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func linesDoNotDependOnWhereChunksEnd(seed: UInt64) throws {
        var random = Random(state: seed &+ 2_000_000)
        let items = RandomCSV(using: &random).items
        var text = ""
        for item in items {
            text += item + (Bool.random(using: &random) ? "\n" : "\r\n")
            if Int.random(in: 0..<4, using: &random) == 0 { text += " \n" }
        }
        for chunk in [1, 2, Int.random(in: 3...64, using: &random), 1 << 16] {
            let limits = InputLimits(chunkBytes: chunk)
            #expect(try readNDJSON(Array(text.utf8), limits: limits) == items, "chunks of \(chunk)")
        }
    }

    /// The rows up to the first error, and that error without its path.
    private func outcome(_ bytes: [UInt8], _ limits: InputLimits) -> Result<[String], Failure> {
        do {
            return .success(try readCSV(bytes, limits: limits))
        } catch let error as InputError {
            return .failure(Failure(line: error.line, column: error.column, message: error.message))
        } catch {
            return .failure(Failure(line: -1, column: nil, message: "\(error)"))
        }
    }

    private struct Failure: Error, Equatable {
        let line: Int
        let column: Int?
        let message: String
    }
}
