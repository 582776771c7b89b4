import JSONBytes
import SandboxServer

/// A sandbox with a client to it: one request a connection unless a test wants it otherwise.
struct Client {
    let server: SandboxServer
    var announcement: SandboxAnnouncement { server.announcement }

    var port: Int { Int(announcement.baseURL.split(separator: ":").last!)! }

    /// Starts a sandbox, gives it to the test, and shuts it down whatever happens.
    static func with(
        faults: String = "",
        _ change: (inout SandboxConfiguration) -> Void = { _ in },
        _ body: (Client) async throws -> Void
    ) async throws {
        var configuration = SandboxConfiguration()
        configuration.faults = try FaultPlan(parsing: faults)
        change(&configuration)
        let server = try await SandboxServer.start(configuration)
        do {
            try await body(Client(server: server))
        } catch {
            await server.shutdown()
            throw error
        }
        await server.shutdown()
    }

    func wire(timeout: Int = 5000) throws -> Wire {
        try Wire(port: port, timeout: timeout)
    }

    /// The text of a request.
    static func request(
        _ method: String,
        _ target: String,
        headers: [String] = [],
        body: String? = nil
    ) -> String {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: sandbox"] + headers
        if let body {
            lines.append("Content-Length: \(body.utf8.count)")
        }
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
    }

    func send(
        _ method: String,
        _ target: String,
        headers: [String] = [],
        body: String? = nil
    ) throws -> Reply {
        let wire = try wire()
        try wire.send(Self.request(method, target, headers: headers, body: body))
        return try wire.receive(isHead: method == "HEAD")
    }

    // MARK: - Tokens

    /// The form that Kiva's clients send, with some fields replaced, or left out if they are nil.
    func form(_ changes: [String: String?] = [:]) -> String {
        var fields: [String: String?] = [
            "grant_type": "client_credentials",
            "audience": announcement.audience,
            "client_id": announcement.clientID,
            "client_secret": announcement.clientSecret,
        ]
        fields.merge(changes) { $1 }
        return fields.sorted { $0.key < $1.key }.compactMap { name, value in
            value.map { "\(name)=\(Self.percentEncoded($0))" }
        }.joined(separator: "&")
    }

    func postForm(_ form: String, headers: [String] = []) throws -> Reply {
        try send(
            "POST",
            "/oauth/token",
            headers: ["Content-Type: application/x-www-form-urlencoded", "Accept: application/json"] + headers,
            body: form
        )
    }

    /// An `Authorization` header with a new token for some scopes, or for all.
    func bearer(_ scope: String? = nil) throws -> String {
        let reply = try postForm(form(["scope": scope]))
        return "Authorization: Bearer \(try reply.json()["access_token"]?.text ?? reply.text)"
    }

    // MARK: - Calls

    func get(_ path: String, _ bearer: String) throws -> Reply {
        try send("GET", path, headers: [bearer])
    }

    func post(_ path: String, _ bearer: String, _ body: String, key: String? = nil) throws -> Reply {
        try send(
            "POST",
            path,
            headers: [bearer, "Content-Type: application/json"] + (key.map { ["Idempotency-Key: \($0)"] } ?? []),
            body: body
        )
    }

    static func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(Unicode.Scalar(byte))
            return byte < 0x80 && (character.isLetter || character.isNumber || "-._~".contains(character))
                ? String(character) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
