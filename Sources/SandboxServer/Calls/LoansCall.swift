import NIOHTTP1

/// `GET /loans?status=&query=&offset=&limit=`.
struct LoansCall: Sendable {
    let book: LoanBook
    let maxPageLimit: Int

    /// The page size of a request that names none.
    static let defaultLimit = 20

    func respond(to request: SandboxRequest) -> SandboxAnswer {
        do throws(BadRequest) {
            let query = try QueryParameters(request)
            var status: LoanStatus?
            if let name = query["status"] {
                guard let known = LoanStatus(rawValue: name) else {
                    let all = LoanStatus.allCases.map(\.rawValue).joined(separator: ", ")
                    throw BadRequest(field: "status", details: "there is no status '\(name)'; known are \(all)")
                }
                status = known
            }
            let offset = try query.count("offset") ?? 0
            let limit = min(try query.count("limit") ?? Self.defaultLimit, maxPageLimit)
            return page(book.select(status: status, query: query["query"]), offset: offset, limit: limit)
        } catch {
            return error.answer
        }
    }

    private func page(_ selection: LoanBook.Selection, offset: Int, limit: Int) -> SandboxAnswer {
        let total = book.total(selection)
        let found = max(0, min(limit, total - min(offset, total)))
        var body: [UInt8] = []
        body.reserveCapacity(found * 1536 + 256)
        body.append("{")
        body.append(member: "as_of_date_time", book.asOfDateTime)
        body.append(",")
        body.append(member: "total", total)
        body.append(",")
        body.append(member: "offset", offset)
        body.append(",")
        body.append(member: "limit", limit)
        body.append(",\"loans\":[")
        book.write(selection, offset: offset, limit: limit, into: &body)
        body.append("],\"code\":\"api.success\",")
        body.append(member: "message", "Found \(total) loan(s)")
        body.append("}")
        return SandboxAnswer(status: .ok, body: body)
    }
}
