import Foundation
import NIOCore
import NIOPosix

/// nginx with TLS and HTTP/2 on a free port of this machine, in a folder of its own: an HTTP/2 server that isn't made
/// of the client's own parts.
final class Nginx: Sendable {
    struct Failed: Error { let message: String }

    static let path = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    let port: Int
    /// What `files` of the configuration are below.
    let folder: URL

    private init(port: Int, folder: URL) {
        self.port = port
        self.folder = folder
    }

    func url(_ path: String = "/") -> String { "https://localhost:\(port)\(path)" }

    /// Runs `body` with a server.
    ///
    /// - Parameters:
    ///   - certificate: a name for ``TestCertificates/files(_:)``.
    ///   - directives: of the server.
    ///   - files: what is below the document root, by name.
    static func run(
        certificate: String = "good",
        _ directives: String,
        files: [String: Data] = [:],
        _ body: (Nginx) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "transport-nginx-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, data) in files { try data.write(to: folder.appending(path: name)) }
        // Between the question for a free port and its use another process may take it.
        for attempt in 1... {
            let port = try await freePort()
            try Data(configuration(certificate, directives, port, folder).utf8)
                .write(to: folder.appending(path: "nginx.conf"))
            let process = try start(in: folder)
            guard await isUp(port, process) else {
                process.terminate()
                process.waitUntilExit()
                let message = try String(contentsOf: folder.appending(path: "errors"), encoding: .utf8)
                guard attempt < 5, message.contains("in use") else { throw Failed(message: message) }
                continue
            }
            defer {
                process.terminate()
                process.waitUntilExit()
            }
            return try await body(Nginx(port: port, folder: folder))
        }
    }

    private static func start(in folder: URL) throws -> Process {
        guard let path else { throw Failed(message: "nginx is not installed") }
        let process = Process()
        // The test process blocks signals, and a child inherits that: nginx would never hear that it shall end.
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "--default-signal", path, "-p", folder.path(), "-c", folder.appending(path: "nginx.conf").path(), "-e",
            folder.appending(path: "errors").path(),
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private static func freePort() async throws -> Int {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        defer { channel.close(promise: nil) }
        return channel.localAddress?.port ?? 0
    }

    private static func isUp(_ port: Int, _ process: Process) async -> Bool {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        let deadline = ContinuousClock.now + .seconds(10)
        while process.isRunning, ContinuousClock.now < deadline {
            if let channel = try? await bootstrap.connect(host: "127.0.0.1", port: port).get() {
                try? await channel.close()
                return process.isRunning
            }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    /// One process and no daemon, so that its end is the end of all of it, and nothing outside its folder.
    private static func configuration(_ name: String, _ directives: String, _ port: Int, _ folder: URL) throws -> String
    {
        let tls = try TestCertificates.shared.get().files(name)
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \(folder.appending(path: $0).path());" }.joined(separator: " ")
        return """
            daemon off;
            master_process off;
            pid \(folder.appending(path: "pid").path());
            events { worker_connections 256; }
            http {
                \(temporary)
                access_log off;
                ssl_certificate \(tls.certificate);
                ssl_certificate_key \(tls.key);
                server {
                    listen 127.0.0.1:\(port) ssl http2;
                    root \(folder.path());
                    \(directives)
                }
            }
            """
    }
}
