import Foundation
import Glibc

/// A small server in Python, independent of everything under test: one that answers from a script, or a relay.
///
/// Its first line on standard output is its port. What it saw is in ``seen``.
final class PythonServer: Sendable {
    /// Its port on 127.0.0.1.
    let port: Int
    private let process: RunningProcess
    private let folder: TemporaryFolder

    /// One answer of a scripted server.
    struct Answer: Encodable, Sendable {
        var status = 200
        var headers: [String: String] = [:]
        var body = ""
        /// Send only this share of the body, then close: a truncated answer.
        var share = 1.0
        /// Wait this long before the answer, in seconds.
        var delay = 0.0

        /// A JSON answer.
        static func json(_ body: String, status: Int = 200, headers: [String: String] = [:]) -> Answer {
            Answer(status: status, headers: headers.merging(["Content-Type": "application/json"]) { $1 }, body: body)
        }
    }

    /// The token that ``init(answers:)`` issues where the script has no other answer for `/oauth/token`.
    static let token = "opaque+token/for=tests.0123456789"

    /// Answers requests by path: the nth request gets the nth answer, and the last one from then on.
    convenience init(answers: [String: [Answer]]) async throws {
        let token = Answer.json(
            #"{"access_token":"\#(Self.token)","token_type":"bearer","expires_in":3600,"partnerId":"1"}"#
        )
        let script = try JSONEncoder().encode(["/oauth/token": [token]].merging(answers) { $1 })
        try await self.init(program: Self.scripted, script: script)
    }

    /// Passes bytes on to a port of this machine, and keeps them.
    convenience init(relayTo port: Int) async throws {
        try await self.init(program: Self.relay, script: Data("\(port)".utf8))
    }

    private init(program: String, script: Data) async throws {
        folder = try TemporaryFolder()
        try folder.write(program, to: "server.py")
        try folder.write(script, to: "script")
        let process = try start("python3", ["-u", "server.py", "script", "seen"], in: folder)
        self.process = process
        _ = try await process.poll(for: .seconds(20)) {
            process.standardOutput.contains("\n") || !process.isRunning
        }
        guard let port = Int(process.standardOutput.prefix { $0 != "\n" }) else {
            throw SandboxProcess.Failed(message: process.standardError)
        }
        self.port = port
    }

    deinit { process.send(SIGKILL) }

    /// Lets a relay pass new connections on to another port.
    func relay(to port: Int) throws { try folder.write("\(port)", to: "script") }

    /// `http://127.0.0.1:PORT`.
    var url: String { "http://127.0.0.1:\(port)" }

    /// What came in: `METHOD TARGET BODYLENGTH authorized|anonymous` for each request of a script; every byte of a relay,
    /// in both directions.
    var seen: String { (try? folder.read("seen")).map { String(decoding: $0, as: UTF8.self) } ?? "" }

    /// An `environments:` entry that points here; credentials are the secrets `TEST_CLIENT_ID` and `TEST_CLIENT_SECRET`.
    func environment(_ name: String = "test", extra: String = "") -> String {
        SandboxProcess.environment(name, tokenURL: "\(url)/oauth/token", baseURL: url, extra: extra)
    }

    private static let scripted = """
        import http.server, json, sys, time, threading
        answers = json.load(open(sys.argv[1]))
        counts = {}
        lock = threading.Lock()
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *arguments): pass
            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                path = self.path.split("?")[0]
                with lock:
                    with open(sys.argv[2], "ab") as seen:
                        who = "authorized" if self.headers.get("Authorization") else "anonymous"
                        seen.write(f"{self.command} {self.path} {len(body)} {who}\\n".encode())
                    number = counts.get(path, 0)
                    counts[path] = number + 1
                script = answers.get(path)
                if script is None:
                    script = [{"status": 404, "headers": {}, "body": "{}", "share": 1, "delay": 0}]
                answer = script[min(number, len(script) - 1)]
                time.sleep(answer["delay"])
                payload = answer["body"].encode()
                self.send_response(answer["status"])
                for name, value in answer["headers"].items(): self.send_header(name, value)
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                if self.command != "HEAD": self.wfile.write(payload[:int(len(payload) * answer["share"])])
                if answer["share"] < 1: self.close_connection = True
            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = answer
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        open(sys.argv[2], "ab").close()
        print(server.server_address[1], flush=True)
        server.serve_forever()

        """

    private static let relay = """
        import socket, sys, threading
        seen = open(sys.argv[2], "ab", buffering=0)
        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)
        def pump(source, sink):
            try:
                while data := source.recv(65536):
                    seen.write(data)
                    sink.sendall(data)
            except OSError: pass
            try: sink.shutdown(socket.SHUT_WR)
            except OSError: pass
        while True:
            client, _ = listener.accept()
            try: server = socket.create_connection(("127.0.0.1", int(open(sys.argv[1]).read())))
            except OSError:
                client.close()
                continue
            for pair in ((client, server), (server, client)):
                threading.Thread(target=pump, args=pair, daemon=True).start()

        """
}
