import Foundation
import JobSpec

/// Writes what token endpoints send.
enum TestToken {
    /// A JWT in compact form; its signature is not one, as nobody here verifies it.
    static func jwt(_ claims: String, header: String = #"{"alg":"RS256","typ":"JWT"}"#) -> String {
        [header, claims, "signature"].map { base64URL(Array($0.utf8)) }.joined(separator: ".")
    }

    static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }

    /// The answer with a token.
    static func body(_ token: String = "opaque", _ rest: String = #","expires_in":3600"#) -> String {
        #"{"access_token":"\#(token)","token_type":"bearer"\#(rest)}"#
    }
}

/// The scopes of those names.
func scopes(_ names: String...) -> Set<Scope> { Set(names.compactMap(Scope.init(_:))) }
