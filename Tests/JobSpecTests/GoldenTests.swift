import Diagnostics
import Foundation
import JobSpec
import TestSupport
import Testing

/// Every mistake in `Goldens/NAME.yaml` is answered by exactly the text of `Goldens/NAME.err`.
///
/// `RECORD_GOLDENS=1 swift test --filter GoldenTests` writes the `.err` files anew: review them as text.
@Suite struct GoldenTests {
    @Test(arguments: Golden.names(ofType: "yaml"))
    func saysWhatIsWrong(name: String) throws {
        let golden = Golden(name)
        let rendered = try golden.rendered()
        if Golden.isRecording {
            try rendered.write(to: golden.url("err"), atomically: true, encoding: .utf8)
        } else {
            #expect(try rendered == String(contentsOf: golden.url("err"), encoding: .utf8))
        }
    }

    @Test(arguments: Golden.names(ofType: "yaml"))
    func pointsIntoTheFileAndAdvises(name: String) throws {
        let diagnostics = try Golden(name).diagnostics()
        #expect(diagnostics.contains { $0.severity != .note })
        for diagnostic in diagnostics {
            let span = try #require(diagnostic.span, "\(diagnostic.code) has no place")
            #expect(span.byteRange.upperBound <= span.file.bytes.count)
            #expect(!diagnostic.message.hasSuffix("."), "a message is a sentence without a full stop")
            #expect(
                diagnostic.severity != .error || !diagnostic.help.isEmpty
                    || Golden.plainEnough.contains(diagnostic.code),
                "\(diagnostic.code) gives no advice"
            )
        }
    }

    @Test(arguments: Golden.names(ofType: "yaml"))
    func repeatsNoSecret(name: String) throws {
        let rendered = try Golden(name).rendered()
        for secret in ["hunter2", "s3cr3t-value", "5ec2e7d0c4a14b0f", "12345"] {
            #expect(!rendered.contains(secret))
        }
    }

    @Test func everyMistakeHasItsAnswerAndEveryAnswerItsMistake() {
        #expect(Golden.names(ofType: "yaml") == Golden.names(ofType: "err"))
        #expect(Golden.names(ofType: "yaml").count >= 80)
    }
}

/// One pair of files.
struct Golden {
    /// Whether the answers are to be written rather than compared.
    static let isRecording = ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1"
    /// Codes whose message says it all: what stands there, and what has to.
    static let plainEnough: Set<String> = ["out-of-range", "empty-document"]

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens")

    let name: String

    init(_ name: String) { self.name = name }

    static func names(ofType type: String) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return files.filter { $0.hasSuffix(".\(type)") }.map { String($0.dropLast(type.count + 1)) }.sorted()
    }

    func url(_ type: String) -> URL { Self.folder.appending(path: "\(name).\(type)") }

    /// What the loader says about the file, warnings included.
    func diagnostics() throws -> [Diagnostic] {
        let file = SourceFile(path: "\(name).yaml", bytes: [UInt8](try Data(contentsOf: url("yaml"))))
        do throws(DiagnosticError) {
            return try JobLoader.load(file, environments: BuiltInEnvironments.catalogue()).warnings
        } catch {
            return error.diagnostics
        }
    }

    func rendered() throws -> String {
        DiagnosticRenderer(color: false).render(try diagnostics()) + "\n"
    }
}
