import NIOHTTP1

/// What is wrong with a request, item by item, in the form in which Kiva reports the problems of a repayment report.
struct BadRequest: Error, Sendable {
    /// One thing that is wrong.
    struct Problem: Sendable, Equatable {
        /// Which item of the list it is, from 0; nil if the request is no list or has a fault of its own.
        var index: Int?
        /// The `loan_id` of the item, if it has one.
        var loanID: String?
        /// The member or parameter, as a path such as `schedule[2].date`.
        var field: String
        var details: String
    }

    private(set) var problems: [Problem]

    /// One problem of the request as a whole.
    init(field: String, details: String) {
        problems = [Problem(field: field, details: details)]
    }

    /// Several problems; there must be one.
    init(_ problems: [Problem]) {
        self.problems = problems
    }

    /// The 400 that names them, at most a hundred.
    var answer: SandboxAnswer {
        var body: [UInt8] = []
        body.append("{\"code\":\"api.validation\",")
        let first = problems.first.map { problem in
            "\(problem.index.map { "item \($0), " } ?? "")\(problem.field): \(problem.details)"
        }
        body.append(member: "message", "Found \(problems.count) problem(s): \(first ?? "")")
        body.append(",\"problems\":[")
        for (position, problem) in problems.prefix(100).enumerated() {
            body.append(position == 0 ? "{" : ",{")
            if let index = problem.index {
                body.append(member: "index", index)
                body.append(",")
            }
            if let loanID = problem.loanID {
                body.append(member: "loan_id", loanID)
                body.append(",")
            }
            body.append(member: "field", problem.field)
            body.append(",")
            body.append(member: "details", problem.details)
            body.append(",\"code\":\"api.validation\",\"severity\":\"error\"}")
        }
        body.append("]}")
        return SandboxAnswer(status: .badRequest, body: body)
    }
}
