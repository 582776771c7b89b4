import NIOSSL

/// Makes the TLS side of a listener from PEM files.
enum TLSListener {
    /// Reads the files. TLS 1.2 and 1.3, HTTP/1.1 only.
    static func context(for tls: SandboxTLS) throws(SandboxError) -> NIOSSLContext {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(tls.certificateChainFile)
        } catch {
            throw .unusableTLS(file: tls.certificateChainFile, reason: "\(error)")
        }
        do {
            let key = try NIOSSLPrivateKey(file: tls.privateKeyFile, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(key)
            )
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw .unusableTLS(file: tls.privateKeyFile, reason: "\(error)")
        }
    }
}
