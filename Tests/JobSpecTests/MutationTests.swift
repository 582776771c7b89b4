import Diagnostics
import JobSpec
import TestSupport
import Testing

/// Whatever happens to a job file, it is a job or it is explained.
@Suite struct MutationTests {
    @Test(arguments: 0..<8)
    func aDamagedJobIsAJobOrExplained(round: Int) throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let renderer = DiagnosticRenderer(color: false)
        for index in 0..<60 {
            var bytes = Array(Everything.yaml.utf8)
            for _ in 0...Int.random(in: 0..<3, using: &random) { Self.damage(&bytes, &random) }
            let file = SourceFile(path: "damaged.yaml", bytes: bytes)
            let diagnostics: [Diagnostic]
            do throws(DiagnosticError) {
                diagnostics = try JobLoader.load(file, environments: BuiltInEnvironments.catalogue()).warnings
                #expect(!diagnostics.contains { $0.severity == .error }, "seed \(seed), case \(index)")
            } catch {
                diagnostics = error.diagnostics
                #expect(diagnostics.contains { $0.severity == .error }, "seed \(seed), case \(index)")
            }
            for diagnostic in diagnostics {
                guard let span = diagnostic.span, span.file == file else { continue }
                #expect(span.byteRange.upperBound <= bytes.count, "seed \(seed), case \(index)")
            }
            #expect(renderer.render(diagnostics).isEmpty == diagnostics.isEmpty, "seed \(seed), case \(index)")
        }
    }

    private static let hostile: [String] = [
        "${{", "}}", "\t", "\"", "'", "[", "]", "{", "}", ":", "- ", "\n", "\r\n", "&a ", "*a", "!!int ", "|", ">", "#",
        "\u{0}", "\u{202E}", "🏦", "é", "null", "true", "-1", "1e999", "99999999999999999999", "$", "..", "%", "@", ",",
        "\\",
    ]

    private static func damage(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
        let line = Int.random(in: 0..<lines.count, using: &random)
        let other = Int.random(in: 0..<lines.count, using: &random)
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<9, using: &random) {
        case 0: lines.remove(at: line)
        case 1: lines.insert(lines[line], at: other)
        case 2: lines.swapAt(line, other)
        case 3: lines[line].insert(contentsOf: "  ".utf8, at: 0)
        case 4: lines[line] = Array(lines[line].drop { $0 == 0x20 })
        case 5:
            bytes.removeSubrange(place...)
            return
        case 6:
            if place < bytes.count { bytes[place] = UInt8.random(in: .min ... .max, using: &random) }
            return
        case 7:
            if place < bytes.count { bytes.remove(at: place) }
            return
        default:
            bytes.insert(contentsOf: hostile.randomElement(using: &random)?.utf8 ?? "".utf8, at: place)
            return
        }
        bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }
}
