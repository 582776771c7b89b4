import JSONBytes
import NIOHTTP1

/// The calls that change something: `POST /loan_draft`, `/journals` and `/repayments`, and the look-up of what was reported.
struct WriteCalls: Sendable {
    let store: WriteStore
    let baseURL: String
    let asOfDateTime: String
    let seed: UInt64

    /// `POST /loan_draft`: 200 with the draft's UUID.
    func postLoanDraft(_ request: SandboxRequest) -> SandboxAnswer {
        answer { () throws(Refusal) in
            let body = try parse(request)
            try shaped { () throws(BadRequest) in try WriteShapes.loanDraft(body) }
            return try keep(request, as: .loanDraft) { number in
                var text: [UInt8] = []
                text.append("{\"code\":\"api.success\",\"message\":\"Created a loan draft\",\"loanDraftUuid\":\"")
                text.append(contentsOf: uuid(number))
                text.append("\"}")
                return SandboxAnswer(status: .ok, body: text)
            }
        }
    }

    /// `POST /journals`: 201 with the URL where a person publishes them.
    func postJournals(_ request: SandboxRequest) -> SandboxAnswer {
        answer { () throws(Refusal) in
            let body = try parse(request)
            let count = try shaped { () throws(BadRequest) in try WriteShapes.journals(body) }
            return try keep(request, as: .journals) { number in
                var text: [UInt8] = []
                text.append("{\"code\":\"api.success\",")
                text.append(member: "message", "Created \(count) journal draft(s)")
                text.append(",")
                text.append(member: "archive_id", String(number))
                text.append(",")
                text.append(member: "confirm_url", "\(baseURL)/sandbox/journals/\(number)/confirm")
                text.append("}")
                return SandboxAnswer(status: .created, body: text)
            }
        }
    }

    /// `POST /repayments`: 200 with the number of the report.
    func postRepayments(_ request: SandboxRequest) -> SandboxAnswer {
        answer { () throws(Refusal) in
            let body = try parse(request)
            let items = try shaped { () throws(BadRequest) in try WriteShapes.repayments(body) }
            return try keep(request, as: .repayments, repayments: items) { number in
                var text: [UInt8] = []
                text.append("{\"code\":\"api.success\",")
                text.append(member: "message", "Received \(items.count) repayment(s)")
                text.append(",")
                text.append(member: "upload_id", number)
                text.append(",\"problems\":[]}")
                return SandboxAnswer(status: .ok, body: text)
            }
        }
    }

    /// `GET /repayments?loan_id=&client_id=&upload_id=&idempotency_key=&offset=&limit=`, the sandbox's own addition:
    /// what was reported, item by item, so that a client that lost an answer can find out what became of its request.
    func findRepayments(_ request: SandboxRequest) -> SandboxAnswer {
        do throws(BadRequest) {
            let query = try QueryParameters(request)
            let uploadID = try query.count("upload_id")
            let offset = try query.count("offset") ?? 0
            let limit = try query.count("limit") ?? LoansCall.defaultLimit
            let found = store.repayments(loanID: query["loan_id"]) { repayment in
                (uploadID ?? repayment.uploadID) == repayment.uploadID
                    && (query["client_id"] == nil || query["client_id"] == repayment.value["client_id"]?.text)
                    && (query["idempotency_key"] == nil || query["idempotency_key"] == repayment.idempotencyKey)
            }
            var text: [UInt8] = []
            text.append("{")
            text.append(member: "as_of_date_time", asOfDateTime)
            text.append(",")
            text.append(member: "total", found.count)
            text.append(",")
            text.append(member: "offset", offset)
            text.append(",")
            text.append(member: "limit", limit)
            text.append(",\"repayments\":[")
            for (position, repayment) in found.dropFirst(offset).prefix(limit).enumerated() {
                text.append(position == 0 ? "" : ",")
                let members = repayment.value.members ?? []
                JSONValue.object([JSONMember("upload_id", .number(repayment.uploadID))] + members).write(into: &text)
            }
            text.append("],\"code\":\"api.success\",")
            text.append(member: "message", "Found \(found.count) repayment(s)")
            text.append("}")
            return SandboxAnswer(status: .ok, body: text)
        } catch {
            return error.answer
        }
    }

    // MARK: - What the writes have in common

    /// A request that is answered with an error.
    private struct Refusal: Error {
        let answer: SandboxAnswer
    }

    private func answer(_ call: () throws(Refusal) -> SandboxAnswer) -> SandboxAnswer {
        do throws(Refusal) {
            return try call()
        } catch {
            return error.answer
        }
    }

    private func shaped<Value>(_ check: () throws(BadRequest) -> Value) throws(Refusal) -> Value {
        do throws(BadRequest) {
            return try check()
        } catch {
            throw Refusal(answer: error.answer)
        }
    }

    private func parse(_ request: SandboxRequest) throws(Refusal) -> JSONValue {
        guard request.mediaType == "application/json" else {
            throw Refusal(
                answer: .message(
                    .unsupportedMediaType,
                    code: "api.unsupportedMediaType",
                    "The body has to be application/json"
                )
            )
        }
        do {
            return try JSONParser.parse(request.body)
        } catch {
            throw Refusal(answer: BadRequest(field: "body", details: "\(error)").answer)
        }
    }

    private func keep(
        _ request: SandboxRequest,
        as call: FaultPlace,
        repayments: [JSONValue] = [],
        _ answer: (Int) -> SandboxAnswer
    ) throws(Refusal) -> SandboxAnswer {
        let key = request.header("Idempotency-Key")
        if let key, key.isEmpty || key.utf8.count > 255 {
            throw Refusal(
                answer: BadRequest(field: "Idempotency-Key", details: "must have 1 to 255 characters").answer
            )
        }
        let offer = WriteStore.Offer(
            call: call,
            path: request.path,
            idempotencyKey: key,
            body: request.body,
            repayments: repayments
        )
        switch store.accept(offer, answer: answer) {
        case .accepted(let answer):
            return answer
        case .replayed(var answer):
            answer.headers.append(("Idempotency-Replayed", "true"))
            return answer
        case .conflict:
            throw Refusal(
                answer: .message(
                    .unprocessableEntity,
                    code: "api.idempotencyConflict",
                    "The idempotency key was used for another body"
                )
            )
        case .full:
            throw Refusal(
                answer: .message(
                    .insufficientStorage,
                    code: "api.full",
                    "The sandbox keeps no more; start it anew"
                )
            )
        }
    }

    /// A UUID of version 8 (RFC 9562 section 5.8) that the seed and a number decide.
    private func uuid(_ number: Int) -> [UInt8] {
        let bits = SplitMix64.mix(seed &+ UInt64(number))
        var text: [UInt8] = []
        text.append(hex: bits, digits: 8)
        text.append("-")
        text.append(hex: bits >> 32, digits: 4)
        text.append("-8")
        text.append(hex: bits >> 48, digits: 3)
        text.append("-8")
        text.append(hex: bits >> 52, digits: 3)
        text.append("-")
        text.append(hex: UInt64(number), digits: 12)
        return text
    }
}
