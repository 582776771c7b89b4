import Diagnostics
import TestSupport
import Testing
import YAMLReader

/// Input made to exhaust time, memory or stack. Each case has to end at a limit, in linear time.
@Suite(.serialized) struct HostileTests {
    private func repeated(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: count)
    }

    private func expect(_ code: String, _ text: String, limits: YAMLLimits = .standard, within: Duration = .seconds(60))
    {
        var found: [Diagnostic] = []
        let time = ContinuousClock().measure { found = diagnostics(of: text, limits: limits) }
        #expect(found.last?.code == code)
        #expect(time < within)
    }

    @Test func billionLaughs() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let alias = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\(Array(repeating: alias, count: 10).joined(separator: ", "))]\n"
        }
        expect("too-many-nodes", text)
    }

    @Test func aliasesThatDeepenEachOther() {
        let text = (1...100).reduce(into: "a0: &a0 [x]\n") { $0 += "a\($1): &a\($1) [*a\($1 - 1)]\n" }
        expect("too-deep", text)
    }

    @Test func manyAliases() {
        expect("too-many-aliases", "a: &a 1\nb:\n" + repeated("- *a\n", 100_000))
    }

    static let nests = ["[", "{", "- ", "? ", "{a: ", "[a, ", "- - ? ", "{? ", "[{a: [", "&a [", "!!seq ["]

    @Test(arguments: nests)
    func aHundredThousandLevels(opening: String) {
        let found = diagnostics(of: repeated(opening, 100_000))
        #expect(found.last?.code == "too-deep")
    }

    @Test func indentedLevels() {
        let text = (0..<1_500).map { repeated(" ", $0) + "a:\n" }.joined()
        expect("too-deep", text)
    }

    @Test func theDeepestThatIsAllowedIsRead() throws {
        #expect(try read(repeated("[", 64) + repeated("]", 64)).outline == repeated("[", 64) + repeated("]", 64))
        expect("too-deep", repeated("[", 65) + repeated("]", 65))
    }

    @Test func aMegabyteOfKeys() throws {
        let keys = (0..<70_000).map { "k\($0): v" }
        #expect(try read("{" + keys.joined(separator: ", ") + "}").value("k69999")?.outline == "v")
        #expect(try read(keys.joined(separator: "\n")).value("k69999")?.outline == "v")
    }

    @Test func tooManyNodes() {
        expect("too-many-nodes", repeated("- a\n", 600_000))
    }

    @Test func aMegabyteOfDuplicatesIsCutOff() {
        let found = diagnostics(of: repeated("a: 1\n", 200_000))
        #expect(found.count == YAMLLimits.standard.maxProblems + 1)
        #expect(found.last?.code == "too-many-problems")
    }

    @Test func aMegabyteOfDirectives() {
        expect("too-many-directives", (0..<60_000).map { "%TAG !a\($0)! tag:x\n" }.joined() + "---\na: 1\n")
        expect("too-many-directives", "a: 1\n...\n" + (0..<60_000).map { "%TAG !a\($0)! tag:x\n" }.joined())
    }

    @Test func aLineOfTenMegabytes() throws {
        var limits = YAMLLimits.standard
        limits.maxBytes = 32 << 20
        let long = repeated("é234567 ", 1_200_000)
        let clock = ContinuousClock()
        let time = try clock.measure {
            for quote in ["", "\""] {
                let node = try read("a: \(quote)\(long)x\(quote)\n", limits: limits)
                #expect(node.value("a")?.outline.utf8.count == long.utf8.count + 1)
            }
            for text in ["a: \(long): b", "a: \"\(long)", "a: [\(long)"] {
                let found = diagnostics(of: text, limits: limits)
                #expect(found.count == 1)
                #expect(DiagnosticRenderer(color: false).render(found).utf8.count < 2_000)
            }
        }
        #expect(time < .seconds(120))
        #expect(diagnostics(of: "a: \(long)").map(\.code) == ["file-too-large"])
    }

    @Test func manyNodesOnALongLineOfWideText() throws {
        let node = try read("[" + repeated("é, ", 100_000) + "é]")
        guard case .sequence(let nodes) = node.content else {
            Issue.record("not a sequence")
            return
        }
        #expect(nodes.last?.span.start == SourcePosition(offset: 400_001, line: 1, column: 300_002))
    }

    static let floods = [
        "a: ", "\"a\" ", ": ", "? a\n", ", ", "#\n", "\n", "'", "\\", "&a ", "*a ", "!a ", "%a\n", "---\n", "...\n",
        "|\n", "> ",
        "\t", "a\n", "a: |\n ", "- a: ", "[a]: ", "\"a\": ", "}", "]", "@", "a:b\n", "- \n", "\"\n\n", "? \n", "!<a> ",
        "\u{FEFF}",
    ]

    @Test(arguments: floods)
    func floodsEnd(text: String) {
        let time = ContinuousClock().measure { _ = diagnostics(of: repeated(text, 500_000 / text.utf8.count)) }
        #expect(time < .seconds(60))
    }

    @Test func everyPrefixOfTheSampleIsReadOrExplained() {
        let bytes = Array(sampleJob.utf8)
        for count in 0...bytes.count {
            let file = SourceFile(path: "prefix.yaml", bytes: Array(bytes[..<count]))
            do {
                expectSoundSpans(try YAMLReader.read(file), in: file)
            } catch {
                #expect(!error.diagnostics.isEmpty)
                #expect(
                    DiagnosticRenderer(color: false).render(error.diagnostics).hasSuffix("error")
                        || error.diagnostics.count > 1
                )
            }
        }
    }

    @Test func mutationsAreReadOrExplained() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let original = Array(sampleJob.utf8)
        let marks = Array("\"'[]{}:,-?&*!|>@`#%\\ \t\n\r\0é\u{2028}$".utf8)
        var readable = 0
        for _ in 0..<3_000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                let byte =
                    Bool.random(using: &random)
                    ? marks.randomElement(using: &random) ?? 0 : UInt8.random(in: 0...255, using: &random)
                switch Int.random(in: 0...3, using: &random) {
                case 0: bytes[index] = byte
                case 1: bytes.insert(byte, at: index)
                case 2: bytes.remove(at: index)
                default: bytes.removeSubrange(index..<min(bytes.count - 1, index + 20))
                }
            }
            let file = SourceFile(path: "mutation.yaml", bytes: bytes)
            do {
                expectSoundSpans(try YAMLReader.read(file), in: file)
                readable += 1
            } catch {
                let codes = error.diagnostics.map(\.code)
                #expect(!codes.isEmpty, "seed \(seed)")
                for diagnostic in error.diagnostics {
                    #expect((diagnostic.span?.byteRange.upperBound ?? 0) <= bytes.count, "seed \(seed)")
                }
                _ = DiagnosticRenderer(color: true).render(error.diagnostics)
            }
        }
        #expect(readable > 0 && readable < 3_000)
    }
}
