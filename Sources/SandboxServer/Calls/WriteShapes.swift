import JSONBytes

/// What the three writing calls must look like. Each throws all the problems that it finds.
enum WriteShapes {
    /// `{"repayments":[{"loan_id","amount","client_id"?}]}`: the items, in order.
    static func repayments(_ body: JSONValue) throws(BadRequest) -> [JSONValue] {
        guard let items = body["repayments"]?.elements else {
            throw BadRequest(field: "repayments", details: "the body must be an object with a list 'repayments'")
        }
        try check(items, list: "repayments") { check, item in
            check.text("loan_id", of: item, isRequired: true)
            check.amount("amount", of: item, isRequired: true)
            check.text("client_id", of: item)
        }
        return items
    }

    /// A list of journals, bare as in Kiva's sample or under `journals` as in its newer library: how many.
    static func journals(_ body: JSONValue) throws(BadRequest) -> Int {
        guard let items = body.elements ?? body["journals"]?.elements else {
            throw BadRequest(field: "journals", details: "the body must be a list of journals")
        }
        try check(items, list: "journals") { check, item in
            check.text("internal_loan_id", of: item, isRequired: true)
            check.text("subject", of: item, isRequired: true)
            check.text("body", of: item, isRequired: true)
            check.text("internal_client_id", of: item)
            check.text("image_url", of: item)
        }
        return items.count
    }

    /// A loan draft: any of its members may be left out, but none may have another type.
    static func loanDraft(_ body: JSONValue) throws(BadRequest) {
        guard body.members != nil else {
            throw BadRequest(field: "body", details: "the body must be an object, one draft a call")
        }
        var check = ShapeCheck()
        for name in [
            "description", "loanuse", "location", "group_name", "internal_client_id", "internal_loan_id", "currency",
            "image_encoded",
        ] {
            check.text(name, of: body)
        }
        if let image = body["image_encoded"]?.text, !image.isEmpty,
            !image.hasPrefix("data:image/") || !image.prefix(64).contains(";base64,")
        {
            check.fail("image_encoded", "must begin with data:image/png;base64,")
        }
        check.bool("client_waiver_signed", of: body)
        check.id("activity_id", of: body, list: "activities", isKnown: Catalogue.hasActivity)
        check.id("theme_type_id", of: body, list: "themes", isKnown: Catalogue.hasTheme)
        check.id("description_language_id", of: body, list: "locales") { (1...Region.all.count).contains($0) }
        check.date("disburse_time", of: body)
        check.objects("schedule", of: body) { check, instalment, path in
            check.date("date", of: instalment, at: path)
            check.amount("interest", of: instalment, at: path)
            check.amount("principal", of: instalment, at: path)
        }
        check.objects("entreps", of: body) { check, borrower, path in
            check.amount("amount", of: borrower, at: path)
            for name in ["client_id", "loan_id", "first_name", "last_name", "gender"] {
                check.text(name, of: borrower, at: path)
            }
        }
        checkGroup(body, &check)
        guard check.problems.isEmpty else {
            throw BadRequest(check.problems)
        }
    }

    /// What Kiva's documents say of group loans: a borrower at least, and a `not_pictured` for every one if for any.
    private static func checkGroup(_ body: JSONValue, _ check: inout ShapeCheck) {
        let borrowers = body["entreps"]?.elements?.count ?? 0
        if let name = body["group_name"]?.text, !name.isEmpty, borrowers == 0 {
            check.fail("entreps", "a group loan needs at least one borrower")
        }
        guard let value = ShapeCheck.member("not_pictured", of: body) else { return }
        guard let flags = value.elements, flags.allSatisfy({ $0.boolValue != nil }) else {
            check.fail("not_pictured", "must be a list of true and false")
            return
        }
        if !flags.isEmpty, flags.count != borrowers {
            check.fail("not_pictured", "has \(flags.count) value(s) for \(borrowers) borrower(s)")
        }
    }

    private static func check(
        _ items: [JSONValue],
        list: String,
        _ body: (inout ShapeCheck, JSONValue) -> Void
    ) throws(BadRequest) {
        guard !items.isEmpty else {
            throw BadRequest(field: list, details: "the list is empty")
        }
        var problems: [BadRequest.Problem] = []
        for (index, item) in items.enumerated() {
            var check = ShapeCheck(index: index, loanID: (item["loan_id"] ?? item["internal_loan_id"])?.text)
            if item.members == nil {
                check.fail(list, "must be an object")
            } else {
                body(&check, item)
            }
            problems += check.problems
        }
        guard problems.isEmpty else {
            throw BadRequest(problems)
        }
    }
}
