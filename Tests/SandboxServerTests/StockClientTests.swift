import Foundation
import SandboxServer
import Testing

/// Runs the script that sends what stock OAuth clients and Kiva's own samples send. It needs Python 3 with `requests`
/// and `Authlib`; without them the tests are skipped, unless the variable `CI` says that they have to be there.
@Suite("Stock clients")
struct StockClientTests {
    static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "SandboxClients/stock_clients.py").path

    static let isRequired = ProcessInfo.processInfo.environment["CI"]?.isEmpty == false

    static let isInstalled: Bool = {
        (try? run("python3", ["-c", "import authlib, requests"]))?.status == 0
    }()

    @Test(
        "Kiva's samples and Authlib work unchanged, over HTTP",
        .enabled(if: isInstalled || isRequired, "needs: pip install authlib requests")
    )
    func plain() async throws {
        try await Client.with { client in
            let result = try Self.run("python3", [Self.script, client.announcement.json])
            #expect(result.status == 0, "\(result.output)")
            #expect(result.output.hasSuffix("ok\n"))
        }
    }

    @Test(
        "And over TLS, with a certificate of their own authority",
        .enabled(if: isInstalled || isRequired, "needs: pip install authlib requests")
    )
    func tls() async throws {
        try await Self.withCertificate { tls in
            try await Client.with {
                $0.tls = tls
            } _: { client in
                #expect(client.announcement.baseURL.hasPrefix("https://127.0.0.1:"))
                let result = try Self.run(
                    "python3",
                    [Self.script, client.announcement.json, tls.certificateChainFile]
                )
                #expect(result.status == 0, "\(result.output)")
            }
        }
    }

    @Test("A reset comes through TLS as a reset, not as an orderly end")
    func resetOverTLS() async throws {
        try await Self.withCertificate { tls in
            try await Client.with(faults: "* /config/themes #* = reset-before") {
                $0.tls = tls
            } _: { client in
                let url = client.announcement.baseURL
                let whole = try Self.run(
                    "curl",
                    ["-sS", "--cacert", tls.certificateChainFile, "\(url)/sandbox/received"]
                )
                #expect(whole.output == "[]")
                let reset = try Self.run(
                    "curl",
                    ["-sS", "--cacert", tls.certificateChainFile, "\(url)/v3/partner/1/config/themes"]
                )
                // 35 and 56 are curl's numbers for a connection that was reset.
                #expect([35, 56].contains(reset.status), "\(reset.output)")
                #expect(reset.output.lowercased().contains("reset"), "\(reset.output)")
            }
        }
    }

    /// Makes a certificate for the loopback address that is its own authority.
    private static func withCertificate(_ body: (SandboxTLS) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sandbox-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let certificate = folder.appending(path: "certificate.pem").path
        let key = folder.appending(path: "key.pem").path
        let made = try run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
                "-subj", "/CN=sandbox", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
            ]
        )
        try #require(made.status == 0, "\(made.output)")
        try await body(SandboxTLS(certificateChainFile: certificate, privateKeyFile: key))
    }

    /// Runs a program to its end; its output and errors come together.
    private static func run(_ name: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [name] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
