import Crypto
import CryptoExtras

/// The RSA key that signs the sandbox's tokens, and its public half as a JSON Web Key (RFC 7517).
struct SigningKey: Sendable {
    /// The key's name: its thumbprint (RFC 7638).
    let keyID: String
    /// The JSON Web Key Set that a client checks signatures with.
    let keySet: [UInt8]
    private let key: _RSA.Signing.PrivateKey

    /// The key of this process, made when it is first wanted: finding two primes can take a second.
    ///
    /// Sandboxes of one process share it. Each still takes its own tokens only, as it knows them by their text.
    static func ofProcess() throws(SandboxError) -> SigningKey {
        try made.get()
    }

    private static let made = Result { () throws(SandboxError) in try SigningKey() }

    /// Makes a key of 2048 bits.
    private init() throws(SandboxError) {
        do {
            key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
            let primitives = try key.publicKey.getKeyPrimitives()
            let modulus = Base64URL.encode(primitives.modulus)
            let exponent = Base64URL.encode(primitives.publicExponent)
            // RFC 7638 section 3: exactly these members, in this order, without white space.
            let thumbprint = SHA256.hash(data: Array(#"{"e":"\#(exponent)","kty":"RSA","n":"\#(modulus)"}"#.utf8))
            keyID = Base64URL.encode(Array(thumbprint))
            keySet = Array(
                #"""
                {"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"\#(keyID)","n":"\#(modulus)","e":"\#(exponent)"}]}
                """#.utf8
            )
        } catch {
            throw .noSigningKey(reason: "\(error)")
        }
    }

    /// Signs claims as a compact JWT (RFC 7515 section 7.1) with RS256 (RFC 7518 section 3.3).
    func sign(claims: [UInt8]) throws(SandboxError) -> String {
        var header: [UInt8] = []
        header.append("{\"alg\":\"RS256\",\"typ\":\"JWT\",")
        header.append(member: "kid", keyID)
        header.append("}")
        let signed = "\(Base64URL.encode(header)).\(Base64URL.encode(claims))"
        do {
            let signature = try key.signature(
                for: SHA256.hash(data: Array(signed.utf8)),
                padding: .insecurePKCS1v1_5
            )
            return "\(signed).\(Base64URL.encode(Array(signature.rawRepresentation)))"
        } catch {
            throw .noSigningKey(reason: "\(error)")
        }
    }
}
