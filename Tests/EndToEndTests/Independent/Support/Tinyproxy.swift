import Foundation
import Glibc

/// tinyproxy in the foreground on a free port. It takes the names of ``PrivateNames`` for this machine.
final class Tinyproxy: Sendable {
    /// It did not come up.
    struct Failed: Error { let message: String }

    /// `HOST:PORT`.
    let authority: String
    private let folder: TemporaryFolder
    private let process: RunningProcess

    /// Starts it and waits until it listens.
    ///
    /// - Parameters:
    ///   - connectPorts: the ports that `CONNECT` may name.
    ///   - host: the address that it listens on.
    ///   - user: `NAME PASSWORD` of the one user, or nothing where anyone may use it.
    init(connectPorts: [Int], host: String = "127.0.0.1", user: String? = nil) async throws {
        guard let tinyproxy = Executable.path(of: "tinyproxy") else { throw Executable.Missing(name: "tinyproxy") }
        folder = try TemporaryFolder()
        for attempt in 1... {
            let port = try FreePort.take(1)[0]
            let lines =
                [
                    "Port \(port)", "Listen \(host)", "Allow 127.0.0.0/8", "Timeout 60", "MaxClients 50",
                    "LogFile \"\(folder("log"))\"", "LogLevel Connect",
                ] + connectPorts.map { "ConnectPort \($0)" } + (user.map { ["BasicAuth \($0)"] } ?? [])
            try folder.write(lines.joined(separator: "\n") + "\n", to: "tinyproxy.conf")
            let process = try start(
                tinyproxy,
                ["-d", "-c", folder("tinyproxy.conf")],
                in: folder,
                environment: PrivateNames.environment(in: folder)
            )
            let isUp = try await process.poll(for: .seconds(10)) {
                !process.isRunning || FreePort.isOpen(port, at: host)
            }
            if isUp, process.isRunning {
                (self.process, authority) = (process, "\(host):\(port)")
                return
            }
            guard attempt < 5 else { throw Failed(message: process.standardError) }
        }
        throw Failed(message: "no attempt")
    }

    deinit { process.send(SIGKILL) }

    /// The hosts and ports that it was asked to connect to.
    func tunnels() throws -> [String] {
        // CONNECT   Nov 24 06:00:00.000 [1]: Request (file descriptor 7): CONNECT 127.0.0.1:443 HTTP/1.1
        String(decoding: try folder.read("log"), as: UTF8.self).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard let index = words.lastIndex(of: "CONNECT"), index > 0, index + 1 < words.count else { return nil }
            return String(words[index + 1])
        }
    }
}
