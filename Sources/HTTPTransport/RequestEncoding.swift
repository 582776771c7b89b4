import AsyncHTTPClient
import JobExecution
import NIOCore
import NIOHTTP1

/// Turns a request into the client's form, refusing what could change its meaning on the wire.
///
/// The client checks some of this too, but its errors quote the offending values, which may be secrets.
enum RequestEncoding {
    /// Fields that frame the message or belong to one connection: the transport alone writes them.
    private static let ownFields = [
        "connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization", "proxy-connection", "te",
        "trailer", "transfer-encoding", "upgrade",
    ]

    /// - Parameter userAgent: the value of `User-Agent` where the request has none.
    /// - Throws: `.invalidRequest`.
    static func encode(_ request: HTTPRequest, userAgent: String) throws(TransportError) -> HTTPClient.Request {
        guard !request.method.isEmpty, request.method.utf8.allSatisfy(isTokenByte) else {
            throw .invalidRequest(reason: "the method is not a token")
        }
        if ["CONNECT", "TRACE"].contains(request.method.uppercased()) {
            throw .invalidRequest(reason: "the method \(request.method) is not for requests to an API")
        }
        var headers = HTTPHeaders()
        // Room for what the client adds: Host, Accept-Encoding and the length.
        headers.reserveCapacity(request.fields.all.count + 4)
        for field in request.fields.all {
            try check(field)
            headers.add(name: field.name, value: field.value)
        }
        if request.fields["user-agent"] == nil {
            try check(HTTPField("User-Agent", userAgent))
            headers.add(name: "User-Agent", value: userAgent)
        }
        do {
            return try HTTPClient.Request(
                url: withoutBrackets(request.url),
                method: HTTPMethod(rawValue: request.method),
                headers: headers,
                body: request.body.map { .byteBuffer(ByteBuffer(bytes: $0)) }
            )
        } catch {
            throw .invalidRequest(reason: "the URL can't be read")
        }
    }

    /// The URL with `[` and `]` percent-encoded behind the host, where RFC 3986 forbids them and many servers write them
    /// all the same. Left to the URL parser, they make it encode every `%` once more.
    private static func withoutBrackets(_ url: String) -> String {
        guard url.utf8.contains(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }),
            let separator = url.firstRange(of: "://"),
            let pathStart = url[separator.upperBound...].firstIndex(where: { "/?#".contains($0) }),
            url[pathStart...].contains(where: { $0 == "[" || $0 == "]" })
        else { return url }
        return url[pathStart...].reduce(into: String(url[..<pathStart])) { result, character in
            switch character {
            case "[": result += "%5B"
            case "]": result += "%5D"
            default: result.append(character)
            }
        }
    }

    private static func check(_ field: HTTPField) throws(TransportError) {
        guard !field.name.isEmpty, field.name.utf8.allSatisfy(isTokenByte) else {
            throw .invalidRequest(reason: "the name of a header field is not a token")
        }
        if ownFields.contains(where: { HTTPFields.sameName($0, field.name) }) {
            throw .invalidRequest(reason: "the header field \(field.name) is set by the transport alone")
        }
        let value = field.value.utf8
        let isClean = value.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }
        guard isClean, !isBlank(value.first), !isBlank(value.last) else {
            throw .invalidRequest(reason: "the value of the header field \(field.name) has forbidden characters")
        }
    }

    private static func isBlank(_ byte: UInt8?) -> Bool { byte == 0x20 || byte == 0x09 }

    /// RFC 9110 section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^")...UInt8(ascii: "`"), UInt8(ascii: "|"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
