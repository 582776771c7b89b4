import Foundation
import Glibc
import Testing

/// nginx in the foreground with two servers on free ports: the API, and a different origin.
///
/// The API's server answers `/token` with the token ``token``; paths that don't end in `token` are only for who bears it. In the
/// configuration, `$api` and `$elsewhere` are the two origins. Requests are logged for ``stop()``.
final class Nginx: Sendable {
    /// What the two servers do.
    struct Configuration: Sendable {
        /// Directives of the API's server.
        var api: String
        /// Directives of the other server.
        var elsewhere = ""
        /// Directives for both, such as `map` and `limit_req_zone`.
        var shared = ""
        /// Serves TLS with this certificate, else plain http.
        var tls: TestAuthority?
        /// The address or name that clients are told.
        var host = "127.0.0.1"
        /// Whether HTTP/2 is offered.
        var offersHTTP2 = false
    }

    /// It did not come up.
    struct Failed: Error { let message: String }

    static let token = "token-of-nginx"

    /// Holds `www`, which is the document root of both servers.
    let folder: TemporaryFolder
    /// The origins of the two servers.
    let api: String
    let elsewhere: String
    /// The API's port.
    let port: Int
    private let process: RunningProcess

    /// Starts nginx over the files of `folder`'s `www`, and waits until it listens.
    init(_ configuration: Configuration, in given: TemporaryFolder? = nil) async throws {
        let folder = try given ?? TemporaryFolder()
        self.folder = folder
        guard let nginx = Executable.path(of: "nginx") else { throw Executable.Missing(name: "nginx") }
        let scheme = configuration.tls == nil ? "http" : "https"
        // Between the question for a free port and its use another process may take it.
        for attempt in 1... {
            let ports = try FreePort.take(2)
            let origins = ports.map { "\(scheme)://\(configuration.host):\($0)" }
            try folder.write(Self.file(configuration, ports, origins, folder), to: "nginx.conf")
            try folder.write("", to: "access.log")
            try folder.write("", to: "www/empty")
            // The test process blocks signals, and a child inherits that: nginx would never hear that it shall end.
            let process = try start(
                "env",
                ["--default-signal", nginx, "-p", folder.path, "-c", folder("nginx.conf")],
                in: folder
            )
            let isUp = try await process.poll(for: .seconds(10)) {
                !process.isRunning || ports.allSatisfy { FreePort.isOpen($0) }
            }
            if isUp, process.isRunning {
                (self.process, api, elsewhere, port) = (process, origins[0], origins[1], ports[0])
                return
            }
            let message = process.standardError
            guard attempt < 5, message.contains("Address already in use") else { throw Failed(message: message) }
        }
        throw Failed(message: "no attempt")
    }

    /// Starts nginx with directives of the API's server alone.
    convenience init(_ api: String, in folder: TemporaryFolder? = nil) async throws {
        try await self.init(Configuration(api: api), in: folder)
    }

    deinit { process.send(SIGKILL) }

    /// Lets nginx finish what it is doing, ends it, and returns what it was asked for, in the order of its answers.
    func stop() async throws -> [LoggedRequest] {
        process.send(SIGQUIT)
        let ended = try await process.end(within: .seconds(10))
        #expect(!ended.timedOut)
        return try folder.read("access.log").split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(LoggedRequest.self, from: $0)
        }
    }

    /// One process and no daemon, so that its end is the end of all of it, and nothing outside its folder.
    private static func file(
        _ configuration: Configuration,
        _ ports: [Int],
        _ origins: [String],
        _ folder: TemporaryFolder
    ) -> String {
        let listening = (configuration.tls == nil ? "" : " ssl") + (configuration.offersHTTP2 ? " http2" : "")
        let tls =
            configuration.tls.map { "ssl_certificate \($0.certificate); ssl_certificate_key \($0.key);" } ?? ""
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \(folder("nginx-\($0)"));" }.joined(separator: " ")
        return """
            daemon off;
            master_process off;
            pid \(folder("nginx.pid"));
            error_log stderr notice;
            events { worker_connections 256; }
            http {
                \(temporary)
                \(tls)
                log_format requests escape=json '\(LoggedRequest.format)';
                access_log \(folder("access.log")) requests;
                default_type application/json;
                keepalive_timeout 60s;
                map "" $api { default "\(origins[0])"; }
                map "" $elsewhere { default "\(origins[1])"; }
                map "$uri $http_authorization" $is_refused {
                    default 1;
                    "~^/[a-z-]*token " 0;
                    "~ Bearer \(token)$" 0;
                }
                \(configuration.shared)
                server {
                    listen 127.0.0.1:\(ports[0])\(listening);
                    root \(folder("www"));
                    if ($is_refused) { return 401; }
                    location = /token {
                        return 200 '{"access_token":"\(token)","token_type":"Bearer","expires_in":3600}';
                    }
                    \(configuration.api)
                }
                server {
                    listen 127.0.0.1:\(ports[1])\(listening);
                    root \(folder("www"));
                    \(configuration.elsewhere)
                }
            }
            """
    }
}

/// One line of the access log.
struct LoggedRequest: Decodable, Sendable {
    static let format = """
        {"port":"$server_port","method":"$request_method","uri":"$request_uri","status":"$status",\
        "protocol":"$server_protocol","connection":"$connection","authorization":"$http_authorization",\
        "cookie":"$http_cookie","custom":"$http_x_custom","type":"$content_type","body":"$request_body","encoding":"$sent_http_content_encoding",\
        "agent":"$http_user_agent","time":$msec}
        """

    let port: String
    let method: String
    let uri: String
    let status: String
    let `protocol`: String
    let connection: String
    let authorization: String
    let cookie: String
    let custom: String
    let type: String
    /// Empty unless nginx had to pass it on.
    let body: String
    let encoding: String
    let agent: String
    /// When the answer was complete, in seconds since 1970.
    let time: Double
}
