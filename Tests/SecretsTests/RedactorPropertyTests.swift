import Foundation
import Secrets
import TestSupport
import Testing

/// Random secrets in every shape, between random neighbours: no shape may survive.
@Suite struct RedactorPropertyTests {
    private static let alphabet = Array("abcXYZ019 %+/\\\"=&?:;.,-_~!*'()\n\t\u{1}\u{7F}éßЖ語😀")

    private static func randomText(_ lengths: ClosedRange<Int>, _ random: inout SeededGenerator) -> String {
        String((0..<Int.random(in: lengths, using: &random)).map { _ in alphabet.randomElement(using: &random)! })
    }

    private static func randomSecret(_ random: inout SeededGenerator) -> String {
        // Letters at both ends, so that trimming and neighbours don't change what is looked for.
        "k" + randomText(4...24, &random) + "q"
    }

    @Test(arguments: [UInt64.random(in: 0...UInt64.max), 1, 2, 3])
    func noShapeSurvives(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let secret = Self.randomSecret(&random)
            let redactor = Redactor()
            redactor.register(Secret(secret))
            for shape in try Encodings.all(of: secret) {
                // The longest stretch of the shape that depends on the secret alone is gone if the mask is there and
                // what is left is shorter than the shape by about the secret's length.
                let text = "<" + shape.text + ">"
                let masked = redactor.redact(text)
                let context: Comment =
                    "seed \(seed), secret \(secret.debugDescription), \(shape.name): \(text) → \(masked)"
                #expect(masked.contains("•••"), context)
                #expect(masked.hasPrefix("<") && masked.hasSuffix(">"), context)
                #expect(!masked.contains(shape.text), context)
                let left = masked.replacing("•••", with: "").utf8.count
                #expect(left <= 2 + 4 * "client:zzz".count, context)
                #expect(redactor.redact(Array(text.utf8)) == Array(masked.utf8), context)
                #expect(redactor.redact(masked) == masked, context)
            }
        }
    }

    @Test(arguments: [UInt64.random(in: 0...UInt64.max), 7, 8])
    func noBeginningSurvivesACut(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<8 {
            let secret = Self.randomSecret(&random)
            let redactor = Redactor()
            redactor.register(Secret(secret))
            for shape in try Encodings.all(of: secret) {
                let bytes = Array(shape.text.utf8)
                let cut = Int.random(in: 1...bytes.count, using: &random)
                let masked = redactor.redact(Array("<".utf8) + bytes[..<cut], isCut: true)
                let context: Comment =
                    "seed \(seed), secret \(secret.debugDescription), \(shape.name) cut at \(cut): \(shape.text)"
                guard shape.name.contains("base64") else {
                    #expect(masked == Array("<•••".utf8), context)
                    continue
                }
                // What stands before the secret, less than four characters of it, and what stands after it, escaped.
                let left = String(decoding: masked, as: UTF8.self).replacing("•••", with: "").utf8.count
                #expect(left <= 1 + 3 * ((("client:".count + "zzz".count) * 8 + 5) / 6 + 4), context)
            }
        }
    }

    @Test(arguments: [UInt64.random(in: 0...UInt64.max), 4, 5])
    func otherTextIsUntouched(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let redactor = Redactor()
        for _ in 0..<5 { redactor.register(Secret("Q7w" + Self.randomText(6...12, &random) + "w7Q")) }
        for _ in 0..<200 {
            let text = Self.randomText(0...200, &random).replacing("X", with: "x")
            #expect(redactor.redact(text) == text, "seed \(seed)")
            let noise = (0..<300).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(redactor.redact(noise) == noise, "seed \(seed)")
        }
    }

    @Test(arguments: [UInt64.random(in: 0...UInt64.max), 6])
    func base64LeavesOnlyTheNeighbours(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let secret = Self.randomSecret(&random)
            let before = Self.randomText(0...9, &random)
            let redactor = Redactor()
            redactor.register(Secret(secret))
            let encoded = Encodings.base64(before + secret)
            // Characters that hold no bit of the secret: the whole sextets before it.
            let kept = encoded.prefix(before.utf8.count * 8 / 6)
            #expect(redactor.redact(encoded) == kept + "•••", "seed \(seed) before \(before) secret \(secret)")
        }
    }
}
