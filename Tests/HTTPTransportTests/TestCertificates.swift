import Foundation
import NIOSSL
import Testing

/// A certificate authority made by `openssl` for one test run, and server certificates that it signed.
final class TestCertificates: Sendable {
    /// Made once: keys take time.
    static let shared = Result { try TestCertificates() }

    private let folder: URL

    /// Path of the authority's certificate, for `additionalTrustRoots`.
    var authority: String { folder.appending(path: "ca.pem").path() }

    private init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "transport-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        try openssl("req -x509 \(key) -keyout ca.key -out ca.pem -days 2 -subj /CN=test-ca")
        try openssl("req \(key) -keyout server.key -out server.csr -subj /CN=server")
        try sign("good", names: "DNS:localhost,DNS:api.example.test,IP:127.0.0.1", validity: "-days 1")
        try sign("ambiguous", names: "DNS:localhost,IP:127.0.0.1", validity: "-days 1")
        try sign("address", names: "IP:127.0.0.1", validity: "-days 1")
        try sign("wildcard", names: "DNS:*.example.test", validity: "-days 1")
        try sign("email", names: "email:localhost", validity: "-days 1")
        try sign("other", names: "DNS:other.example.test", validity: "-days 1")
        try sign("expired", names: "DNS:localhost", validity: "-not_before 20200101000000Z -not_after 20200201000000Z")
        // No subjectAltName at all: the common name is none of the names that count.
        try openssl("req -new -key server.key -out common.csr -subj /CN=localhost")
        try openssl("x509 -req -in common.csr -out common.pem -CA ca.pem -CAkey ca.key -days 1")
        try openssl("req -x509 \(key) -keyout lone.key -out lone.pem -days 2 -subj /CN=localhost")
    }

    /// Paths of a certificate and its key, for servers of their own.
    func files(_ name: String) -> (certificate: String, key: String) {
        (folder.appending(path: "\(name).pem").path(), folder.appending(path: "server.key").path())
    }

    /// The server's side of TLS with the certificate of that name.
    func context(_ name: String) throws -> NIOSSLContext {
        let key = folder.appending(path: name == "lone" ? "lone.key" : "server.key").path()
        let chain = try NIOSSLCertificate.fromPEMFile(folder.appending(path: "\(name).pem").path())
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(NIOSSLPrivateKey(file: key, format: .pem))
            )
        )
    }

    private func sign(_ name: String, names: String, validity: String) throws {
        try Data("subjectAltName=\(names)\n".utf8).write(to: folder.appending(path: "\(name).ext"))
        // `x509` can't set a start date; `ca` can, but wants a folder of its own.
        let files = "-in server.csr -out \(name).pem"
        if validity.hasPrefix("-days") {
            try openssl("x509 -req \(files) -CA ca.pem -CAkey ca.key -extfile \(name).ext \(validity)")
        } else {
            let settings = """
                [ca]
                default_ca = d
                [d]
                database = index.txt
                serial = serial
                new_certs_dir = .
                default_md = sha256
                policy = p
                unique_subject = no
                [p]
                commonName = supplied
                """
            try Data(settings.utf8).write(to: folder.appending(path: "ca.cnf"))
            try Data().write(to: folder.appending(path: "index.txt"))
            try Data("01\n".utf8).write(to: folder.appending(path: "serial"))
            let dates = validity.replacing("-not_before", with: "-startdate").replacing("-not_after", with: "-enddate")
            let authority = "-config ca.cnf -cert ca.pem -keyfile ca.key -extfile \(name).ext"
            try openssl("ca -batch \(authority) \(files) \(dates)")
        }
    }

    private func openssl(_ arguments: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments.split(separator: " ").map(String.init)
        process.currentDirectoryURL = folder
        let output = Pipe()
        process.standardError = output
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        struct OpenSSLFailed: Error { let text: String }
        guard process.terminationStatus == 0 else { throw OpenSSLFailed(text: text) }
    }
}
