import Testing

/// A certificate authority that no machine knows, and a server's certificate that it signed, both made by openssl.
struct TestAuthority: Sendable {
    /// Paths of PEM files.
    let authority: String
    let certificate: String
    let key: String

    /// Makes both in a folder.
    ///
    /// - Parameter names: what the certificate is for, such as `IP:127.0.0.1` or `DNS:api.example.org`.
    init(for names: String, in folder: TemporaryFolder) async throws {
        (authority, certificate, key) = (folder("ca.pem"), folder("server.pem"), folder("server.key"))
        let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        try await Self.openssl(
            ["req", "-x509"] + curve + [
                "-days", "2", "-subj", "/CN=Test authority", "-keyout", folder("ca.key"), "-out", authority,
                "-addext", "keyUsage=critical,keyCertSign,cRLSign",
            ],
            in: folder
        )
        try await Self.openssl(
            ["req"] + curve + ["-subj", "/CN=server", "-keyout", key, "-out", folder("server.csr")],
            in: folder
        )
        try folder.write("subjectAltName=\(names)\nbasicConstraints=CA:FALSE\n", to: "extensions")
        try await Self.openssl(
            [
                "x509", "-req", "-in", folder("server.csr"), "-CA", authority, "-CAkey", folder("ca.key"),
                "-CAcreateserial", "-days", "2", "-extfile", folder("extensions"), "-out", certificate,
            ],
            in: folder
        )
    }

    private static func openssl(_ arguments: [String], in folder: TemporaryFolder) async throws {
        let process = try await command("openssl", arguments, in: folder)
        try #require(process.status == 0, "\(process.stderr)")
    }
}
