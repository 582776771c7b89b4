import NIOHTTP1

/// One HTTP answer, whole. Length, date and connection headers are added when it is sent.
struct SandboxAnswer: Sendable {
    var status: HTTPResponseStatus
    var headers: [(String, String)] = []
    var body: [UInt8]

    /// An answer of the API, with a code and a message for people, as all of Kiva's have.
    static func message(
        _ status: HTTPResponseStatus,
        code: String,
        _ message: String,
        headers: [(String, String)] = []
    ) -> SandboxAnswer {
        var body: [UInt8] = []
        body.append("{")
        body.append(member: "code", code)
        body.append(",")
        body.append(member: "message", message)
        body.append("}")
        return SandboxAnswer(status: status, headers: headers, body: body)
    }
}

/// How an answer goes over the wire.
enum Delivery: Sendable, Equatable {
    /// As it should.
    case whole
    /// Its whole length is promised, half of it is sent, and the connection is closed.
    case truncated
    /// In pieces, over a time.
    case slow(Duration)
    /// Not at all: the connection is reset.
    case reset
    /// Not at all: the connection stays open until somebody loses patience.
    case stalled
}
