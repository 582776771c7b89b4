import JobExecution
import NIOHTTP1

/// Turns the client's form of a response head into the project's.
enum ResponseDecoding {
    /// The head as the receiver shall see it: where the body was decoded, without the fields that described its
    /// encoded form.
    ///
    /// - Throws: `Exchange.End.invalidAnswer` for a switch of protocols and for content codings never offered.
    static func head(
        _ head: NIOHTTP1.HTTPResponseHead,
        codingsAreOurs: Bool
    ) throws(Exchange.End) -> JobExecution.HTTPResponseHead {
        let status = Int(head.status.code)
        guard status >= 200 else { throw .invalidAnswer(reason: "the server switched to another protocol") }
        let codings = head.headers[canonicalForm: "content-encoding"].map { $0.lowercased() }
        // The client decodes by the first coding, so there may be no second.
        let isDecoded = codings.first.map { ["gzip", "deflate"].contains($0) } ?? false
        let isPlain = codings.allSatisfy { $0 == "identity" }
        if codingsAreOurs || isDecoded {
            guard isPlain || (isDecoded && codings.count == 1) else {
                throw .invalidAnswer(reason: "the answer has a content coding that was not offered")
            }
        }
        let fields = head.headers.filter { name, _ in
            !isDecoded || !["content-encoding", "content-length"].contains { HTTPFields.sameName($0, name) }
        }
        return JobExecution.HTTPResponseHead(
            status: status,
            fields: HTTPFields(fields.map { HTTPField($0.name, $0.value) })
        )
    }
}
