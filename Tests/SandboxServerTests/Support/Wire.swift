import Glibc

/// One TCP connection that sends bytes as it is told and shows what comes back, resets and early ends included.
final class Wire {
    enum Failure: Error, Equatable {
        /// `connect`, `send` or `recv` failed with an error number.
        case system(Int32)
        /// The connection was reset by the server.
        case reset
        /// The connection ended before the answer was complete; the bytes are those of the body that came.
        case endedEarly([UInt8])
        /// Nothing came within the time that the socket waits.
        case timedOut
    }

    private let socket: Int32
    private var buffer: [UInt8] = []

    /// Connects to a port of the loopback interface; a read that takes longer than `timeout` milliseconds fails.
    init(port: Int, timeout: Int = 5000) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw Failure.system(errno) }
        var time = timeval(tv_sec: timeout / 1000, tv_usec: timeout % 1000 * 1000)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            let number = errno
            close(socket)
            throw Failure.system(number)
        }
    }

    deinit { close(socket) }

    /// Sends all bytes.
    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw errno == ECONNRESET || errno == EPIPE ? Failure.reset : .system(errno) }
            rest = rest.dropFirst(count)
        }
    }

    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    /// Says that nothing more will be sent.
    func closeOutput() {
        shutdown(socket, Int32(SHUT_WR))
    }

    /// Reads one answer. A `HEAD` request has no body in its answer, which only the caller knows.
    func receive(isHead: Bool = false) throws -> Reply {
        let mark = Array("\r\n\r\n".utf8)
        while buffer.firstRange(of: mark) == nil {
            guard try fill() else { throw Failure.endedEarly(buffer) }
        }
        let end = buffer.firstRange(of: mark)!
        let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        buffer.removeSubrange(..<end.upperBound)
        var reply = Reply(status: Int(lines[0].split(separator: " ")[1])!, headers: [:], body: [])
        for line in lines.dropFirst() {
            let colon = line.firstIndex(of: ":")!
            reply.headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        if reply.status >= 200, !isHead, let length = reply.headers["content-length"].flatMap(Int.init) {
            while buffer.count < length {
                guard try fill() else { throw Failure.endedEarly(buffer) }
            }
            reply.body = Array(buffer[..<length])
            buffer.removeSubrange(..<length)
        }
        return reply
    }

    /// Whether the server has ended the connection: true for an orderly end, throws for a reset or if it stays open.
    func hasEnded() throws -> Bool {
        guard buffer.isEmpty else { return false }
        return try !fill()
    }

    private func fill() throws -> Bool {
        var part = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &part, part.count, 0)
        if count < 0 {
            switch errno {
            case ECONNRESET: throw Failure.reset
            case EAGAIN: throw Failure.timedOut
            default: throw Failure.system(errno)
            }
        }
        buffer += part[..<count]
        return count > 0
    }
}

extension [UInt8] {
    /// Where some bytes occur first.
    fileprivate func firstRange(of bytes: [UInt8]) -> Range<Int>? {
        guard count >= bytes.count else { return nil }
        return (0...(count - bytes.count)).first { self[$0..<($0 + bytes.count)].elementsEqual(bytes) }
            .map { $0..<($0 + bytes.count) }
    }
}
