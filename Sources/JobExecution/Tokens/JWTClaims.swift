import JSONBytes

/// Reads the claims of a JWT (RFC 7519) without verifying it: that is the API's business, which has the keys.
enum JWTClaims {
    /// The claims of a signed JWT in compact form.
    ///
    /// - Returns: an object; `nil` where the token is anything else, for instance opaque or encrypted.
    static func decode(_ token: String) -> JSONValue? {
        let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let payload = Base64.decodeURLSafe(parts[1]),
            let claims = try? JSONParser.parse(payload), case .object = claims
        else { return nil }
        return claims
    }
}
