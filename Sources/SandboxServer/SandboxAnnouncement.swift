/// All that a client must know to talk to a running sandbox.
package struct SandboxAnnouncement: Sendable, Equatable {
    /// Where tokens are fetched.
    package var tokenURL: String
    /// The `audience` to ask for.
    package var audience: String
    /// What goes before `/v3/partner/{partnerID}`; without a slash at its end.
    package var baseURL: String
    /// The client that the token endpoint knows.
    package var clientID: String
    /// That client's secret. It protects nothing, but is to be handled as a real one would be.
    package var clientSecret: String
    /// The partner that the client's tokens are for.
    package var partnerID: String

    /// The announcement as one line of JSON, without a line end.
    package var json: String {
        var text: [UInt8] = []
        text.append("{")
        text.append(member: "token_url", tokenURL)
        text.append(",")
        text.append(member: "audience", audience)
        text.append(",")
        text.append(member: "base_url", baseURL)
        text.append(",")
        text.append(member: "client_id", clientID)
        text.append(",")
        text.append(member: "client_secret", clientSecret)
        text.append(",")
        text.append(member: "partner_id", partnerID)
        text.append("}")
        return String(decoding: text, as: UTF8.self)
    }
}
